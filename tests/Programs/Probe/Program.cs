using MicroLake.MessageBench;
using MicroLake.Probe;
using MicroLake.Sdk;

// A program that does one thing to the system, as its first argument says; the tests look at what becomes of it.
string what = args.Length > 0 ? args[0] : "";
_ = int.TryParse(args.ElementAtOrDefault(1), out int number);
switch (what)
{
    case "exit":
        return number;
    case "echo":
        Console.WriteLine(string.Join('|', args[1..]));
        return 0;
    case "flood":
        for (int i = 0; i < number; i++)
            Console.WriteLine($"line {i} of {number}, long enough to fill the ring before the other side has read it");
        return 0;
    case "unhandled":
        throw new InvalidOperationException("nobody catches this");
    case "spin":
        Console.WriteLine("spinning");
        while (true)
            Thread.SpinWait(1000);
    case "sleep":
        Console.WriteLine("sleeping");
        Thread.Sleep(Timeout.Infinite);
        return 0;
    case "threads":
        return Hunger.Threads();
    case "memory":
        return Hunger.Memory();
    case "pressure":
        return Pressure.Run(number, int.Parse(args[2]), ulong.Parse(args[3]));
    case "handles":
        return Hunger.Handles();
    case "ranges":
        return Hunger.Ranges();
    case "tables":
        return Hunger.Tables();
    case "overflow":
        return Faults.Overflow(0);
    case "fuzz":
        return Fuzz.Run(number, int.Parse(args[2]));
    case "fuzz-end":
        return FuzzEnd.Run(number);
    case "signals":
        return Signals.SendWithinHandler();
    case "rights":
        return Rights.Check();
    case "read":
        return FileUse.Try(() => Console.Write(File.ReadAllText(args[1])));
    case "write":
        return FileUse.Try(() => File.WriteAllText(args[1], args[2] + "\n"));
    case "list":
        return FileUse.Try(() => Console.WriteLine(string.Join(' ', Directory.GetFileSystemEntries(args[1]))));
    case "hold":
        return FileUse.Hold(args[1]);
    case "read-when":
        return FileUse.ReadWhen(args[1], args[2], stays: args.Length > 3);
    case "transfer":
        return FileUse.Transfer(args[1], int.Parse(args[2]));
    case "compute":
        return ComputeUse.Misuse(args[1]);
    case "compute-end":
        return ComputeUse.DieInCall(args[1]);
    case "storm":
        return Storm.Run(number, int.Parse(args[2]));
    case "keep":
        SharedData.Keep(StartHandles.Find("service"));
        return 0;
    case "copied":
        Console.WriteLine(new SharedData(StartHandles.Find("server"), number).CopiedBySending());
        return 0;
    default:
        return Faults.Do(what);
}
