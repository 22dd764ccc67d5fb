using MicroLake.Abi;
using MicroLake.Sdk;

// A service for tests: label 1 gives the words back, each plus 1; 2 ends in mid-call; 3 never answers; 4 counts its calls; 5 breaks.
uint endpoint = StartHandles.Find("service");
if (endpoint == 0)
{
    Console.WriteLine("there is no endpoint: this program is a service (service load)");
    return 1;
}

Console.WriteLine("serving");
ulong calls = 0;
Message message = default;
Status status = Ipc.Receive(endpoint, ref message);
while (status == Status.Ok)
{
    calls++;
    switch (message.Label)
    {
        case 1:
            for (int i = 0; i < Message.WordCount; i++)
                message[i]++;
            break;
        case 2:
            return 5;
        case 3:
            Thread.Sleep(Timeout.Infinite);
            break;
        case 4:
            message[0] = calls;
            break;
        case 5:
            throw new InvalidOperationException("asked to break");
        default:
            message.Label = ulong.MaxValue;
            break;
    }

    status = Ipc.ReplyAndReceive(endpoint, ref message);
}

Console.WriteLine($"no more calls: {status}");
return 0;
