using MicroLake.Abi;
using MicroLake.GuestTests.Guest.Ipc;
using MicroLake.Hosting;
using MicroLake.Hosting.Processes;
using MicroLake.Sdk;
using MicroLake.Services.Supervision;

namespace MicroLake.GuestTests.Guest.Services;

/// <summary>Kills a service again and again while clients call it: each call has its own answer or an error at once, and nothing is left behind.</summary>
internal static class KillRun
{
    private const int Clients = 3;
    private const int WarmUp = 15;
    private const string Tireless = ", \"restart\": \"always\", \"max_failures\": 1000000, \"max_back_off_ms\": 1";

    /// <exception cref="CheckException">An answer was wrong, came twice, or something is left.</exception>
    public static string For(int kills)
    {
        Run(WarmUp);
        Usage before = Usage.Now();
        (long answers, long errors) = Run(kills);
        return $"{kills} kills, {answers} answers, {errors} errors, {Usage.LeftSince(before)}";
    }

    private static (long Answers, long Errors) Run(int kills)
    {
        using var services = new EchoServices(_ => { });
        SupervisedService service = services.Start("echo", Tireless);
        bool stop = false;
        long answers = 0, errors = 0, wrong = 0;
        Thread[] clients = [.. Enumerable.Range(0, Clients).Select(i => Kernel.Start($"client {i}", () =>
        {
            ulong asked = (ulong)i << 32;
            while (!Volatile.Read(ref stop))
            {
                if (services.Supervisor.Names.TryFind("echo", out uint endpoint, out _) != Status.Ok)
                {
                    Thread.Yield();
                    continue;
                }

                // One channel for each life of the service: the collector keeps room for the most channels that there were at once.
                using var channel = new Channel(endpoint);
                Status status = Status.Ok;
                while (status == Status.Ok && !Volatile.Read(ref stop))
                {
                    (status, ulong label, ulong answer) = EchoServices.Call(channel, 1, ++asked);
                    if (status == Status.PeerClosed)
                        Interlocked.Increment(ref errors);
                    else if ((status, label, answer) == (Status.Ok, 1, asked + 1))
                        Interlocked.Increment(ref answers);
                    else
                        Interlocked.Increment(ref wrong);
                }
            }
        }))];
        uint last = 0;
        for (int i = 0; i < kills; i++)
        {
            ServiceUse use;
            long had = Interlocked.Read(ref answers);
            // Each life answers something before it is ended, so that no kill finds an idle service.
            while ((use = service.Use).State != ServiceState.Running || use.Process == last || Interlocked.Read(ref answers) == had)
                Thread.Sleep(1);
            last = use.Process;
            _ = KernelProcess.TryKill(last);
        }

        Volatile.Write(ref stop, true);
        foreach (Thread client in clients)
            client.Join();
        Check.Equal(0, wrong);
        Check.That(errors >= 0 && answers >= kills);
        return (answers, errors);
    }
}
