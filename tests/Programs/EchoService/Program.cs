using MicroLake.EchoService;
using MicroLake.Sdk;

// A service for tests. Arguments: "refuse" ends before it is ready, "stall" never is, a number begins the count of calls, "ask NAME" is no service
// but looks one up and calls it.
switch (args.FirstOrDefault())
{
    case "refuse":
        return 9;
    case "stall":
        Thread.Sleep(Timeout.Infinite);
        break;
    case "ask":
        try
        {
            Console.WriteLine($"{args[1]} has had {Peers.Ask(args[1])} calls");
            return 0;
        }
        catch (Exception error) when (error is ContractException or MessageException or InvalidOperationException)
        {
            Console.WriteLine(error.Message);
            return 3;
        }
}

Console.WriteLine("serving");
int status = ServiceProgram.Serve(new Echo(ulong.TryParse(args.FirstOrDefault(), out ulong first) ? first : 0), threads: 2);
Console.WriteLine("no more calls");
return status;
