using MicroLake.Abi;

namespace MicroLake.Sdk;

/// <summary>The main of a program that is a service.</summary>
public static class ServiceProgram
{
    private const int AttendantStackBytes = 128 << 10;

    /// <summary>
    /// Serves calls until the supervisor says that it is enough, or nobody can call any more. Call it when the service is ready: until then no call
    /// comes, and a program that this one replaces goes on.
    /// </summary>
    /// <param name="threads">Threads that serve, the calling one among them.</param>
    /// <returns>The program's exit status: 0, or 1 when it was not started as a service.</returns>
    public static int Serve(IDispatcher dispatcher, int threads = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        uint calls = StartHandles.Find(ServiceStart.Endpoint);
        if (calls == 0)
        {
            Console.WriteLine("there is no endpoint to serve: this program is a service, start it with service load");
            return 1;
        }

        using var endpoint = new Endpoint(calls);
        var gate = new ServeGate();
        if (!AwaitTurn(gate))
            return 0;
        var helpers = new Thread[threads - 1];
        for (int i = 0; i < helpers.Length; i++)
        {
            helpers[i] = new Thread(() => endpoint.Serve(dispatcher, gate: gate));
            helpers[i].Start();
        }

        Status status = endpoint.Serve(dispatcher, gate: gate);
        foreach (Thread helper in helpers)
            helper.Join();
        return status is Status.Cancelled or Status.PeerClosed ? 0 : 1;
    }

    /// <summary>Tells the supervisor that the service is ready, and waits for its turn. False: it will not come.</summary>
    private static bool AwaitTurn(ServeGate gate)
    {
        uint control = StartHandles.Find(ServiceStart.Control);
        if (control == 0)
            return true;
        _ = Ipc.Signal(StartHandles.Find(ServiceStart.State), ServiceStart.Ready);
        if (Ipc.Wait(control, out ulong bits) != Status.Ok || (bits & ServiceStart.End) != 0)
            return false;
        new Thread(() => AwaitEnd(control, gate), AttendantStackBytes) { IsBackground = true, Name = "attendant" }.Start();
        return true;
    }

    private static void AwaitEnd(uint control, ServeGate gate)
    {
        while (Ipc.Wait(control, out ulong bits) == Status.Ok)
            if ((bits & ServiceStart.End) != 0)
            {
                gate.Close();
                return;
            }
    }
}
