using System.Globalization;
using MicroLake.Abi;
using MicroLake.MessageBench;
using MicroLake.Sdk;

// What a kernel call and a message cost a process: prints nanoseconds for one operation, a line for each sample.
const int Batch = 2000;
switch (args.ElementAtOrDefault(0))
{
    case "null":
        Sample(Native.NullCalls, Batch);
        return 0;
    case "call":
        uint server = StartHandles.Find("server");
        Sample(count => Call(server, count), Batch);
        return 0;
    case "share":
        int bytes = int.Parse(args[1], CultureInfo.InvariantCulture);
        Sample(new SharedData(StartHandles.Find("server"), bytes).Send, Math.Max(Batch / (bytes >> 10), 2));
        return 0;
    case "copied":
        Console.WriteLine(new SharedData(StartHandles.Find("server"), int.Parse(args[1], CultureInfo.InvariantCulture)).CopiedBySending());
        return 0;
    case "swap":
        var memory = new SwappedMemory(int.Parse(args[2], CultureInfo.InvariantCulture));
        Sample(args[1] == "in_order" ? memory.ReadInOrder : memory.ReadFarApart, 200);
        return 0;
    case "work":
        return Work(long.Parse(args[1], CultureInfo.InvariantCulture));
    case "serve":
        Serve(StartHandles.Find("service"));
        return 0;
    case "keep":
        SharedData.Keep(StartHandles.Find("service"));
        return 0;
    default:
        Console.Error.WriteLine("error: say what to do: null, call, serve, share, copied, keep, swap or work");
        return 2;
}

// A job that needs a processor for so many turns; the sum keeps the compiler from leaving them out.
static int Work(long turns)
{
    ulong sum = 1;
    while (turns-- > 0)
        sum ^= (sum << 13) + (sum >> 7);
    return sum == 0 ? 1 : 0;
}

static void Sample(Action<int> operate, int batch)
{
    const int Samples = 25;
    operate(batch);
    var lines = new string[Samples];
    for (int i = 0; i < Samples; i++)
    {
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        operate(batch);
        double nanoseconds = (System.Diagnostics.Stopwatch.GetTimestamp() - start) * (1e9 / System.Diagnostics.Stopwatch.Frequency);
        lines[i] = (nanoseconds / batch).ToString("R", CultureInfo.InvariantCulture);
    }

    Console.WriteLine(string.Join('\n', lines));
}

static void Call(uint server, int count)
{
    Message message = default;
    Status status = Status.Ok;
    while (count-- > 0)
        status |= Ipc.Call(server, ref message);
    if (status != Status.Ok)
        throw new InvalidOperationException($"the kernel answered {status}");
}

static void Serve(uint endpoint)
{
    Message message = default;
    Status status = Ipc.Receive(endpoint, ref message);
    while (status == Status.Ok)
        status = Ipc.ReplyAndReceive(endpoint, ref message);
}
