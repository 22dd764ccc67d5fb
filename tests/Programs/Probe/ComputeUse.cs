using MicroLake.Abi;
using MicroLake.Sdk;

namespace MicroLake.Probe;

/// <summary>What a program does to the service of computing.</summary>
internal static class ComputeUse
{
    private const int Rows = 16;

    private static readonly Channel s_service = new(StartHandles.Find(ServiceStart.GrantPrefix + ComputeContract.ServiceName));

    /// <summary>Says in a line each what becomes of calls that are wrong.</summary>
    public static int Misuse(string file)
    {
        byte[] model = File.ReadAllBytes(file);
        using Channel channel = Connect();
        channel.SharePayload(ComputeContract.SharedBytes);
        var session = new ComputeSessionClient(channel);
        Say("run before all", session.Run(1, ComputePlace.Auto));
        Say("a notification for a file", session.Load(Notification.Create().Duplicate(HandleRights.All), 100));
        Say("a file that is longer than its memory", session.Load(Memory(model.Length, HandleRights.Read | HandleRights.Write, model), 1 << 20));
        Say("a file that may only be read", session.Load(Memory(model.Length, HandleRights.Read, model), model.Length));
        Say("a file of zeros", session.Load(Memory(4096, HandleRights.Read | HandleRights.Write, []), 4096));
        Say("a file", session.Load(Memory(model.Length, HandleRights.Read | HandleRights.Write, model), model.Length));
        int bytes = (int)ComputeContract.MemoryBytes(session.InputColumns(), session.OutputColumns(), Rows);
        Say("more rows than the memory has", session.Share(Memory(bytes, HandleRights.Read | HandleRights.Write, []), bytes, 2000));
        Say("more bytes than the memory has", session.Share(Memory(4096, HandleRights.Read | HandleRights.Write, []), 1 << 20, 2000));
        // The client has neither the handle nor the mapping any more after this.
        Say("memory that is given up", session.Share(Memory(bytes, HandleRights.Read | HandleRights.Write, []), bytes, Rows));
        Console.WriteLine($"its rows: {session.Run(Rows, ComputePlace.Auto) is ComputeOutcome.RanOnCpu or ComputeOutcome.RanOnGpu}");
        Say("a row too many", session.Run(Rows + 1, ComputePlace.Auto));
        Console.WriteLine($"as many sessions as there are: {Sessions()}");
        return 0;
    }

    /// <summary>Ends while another thread is in a call.</summary>
    public static int DieInCall(string file)
    {
        using ComputeModel model = ComputeModel.Load("probe", File.ReadAllBytes(file), 4096);
        int runs = 0;
        new Thread(() =>
        {
            while (true)
            {
                _ = model.Run(model.MostRows);
                _ = Interlocked.Increment(ref runs);
            }
        })
        { IsBackground = true }.Start();
        SpinWait.SpinUntil(() => Volatile.Read(ref runs) > 2);
        Environment.Exit(3);
        return 0;
    }

    private static string Sessions()
    {
        var channels = new List<Channel>();
        try
        {
            while (channels.Count < 100)
                channels.Add(Connect());
            return "no end";
        }
        catch (ContractException refusal)
        {
            return $"{refusal.Code} after {channels.Count}";
        }
        finally
        {
            channels.ForEach(channel => channel.Dispose());
        }
    }

    private static Channel Connect() => new ComputeServiceClient(s_service).Connect("probe");

    /// <summary>Memory with this content, of which nothing but the handle is left.</summary>
    private static Handle Memory(int bytes, HandleRights rights, byte[] content)
    {
        using SharedMemory memory = SharedMemory.Create(bytes, out Handle handle, rights);
        content.CopyTo(memory.GetSpan());
        return handle;
    }

    private static void Say(string what, ComputeOutcome outcome) => Console.WriteLine($"{what}: {outcome}");
}
