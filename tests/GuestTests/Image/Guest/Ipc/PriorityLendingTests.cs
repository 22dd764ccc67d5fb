using MicroLake.Abi;
using MicroLake.Hosting;
using MicroLake.Sdk;

namespace MicroLake.GuestTests.Guest.Ipc;

[Area("Messages: priorities are lent (MicroLake.Sdk.Ipc)")]
public static class PriorityLendingTests
{
    private const int Low = 10;
    private const int Middle = 40;
    private const int High = 50;

    [GuestTest]
    public static void A_low_server_runs_at_its_callers_priority_while_another_spins_in_between() => Kernel.LeavesNothing(() =>
    {
        using var server = new LowServer();
        using var spinners = new Spinners(Middle);
        CurrentThread.SetPriority(High);
        spinners.Release();
        // Every processor has a thread that spins above the server's own priority and never gives way.
        for (int i = 0; i < 20; i++)
            Check.Equal(High, server.PriorityInCall());
    });

    [GuestTest]
    public static void A_busy_server_gets_the_priority_of_a_caller_that_has_to_queue() => Kernel.LeavesNothing(() =>
    {
        using var server = new LowServer();
        using var begun = new ManualResetEvent(false);
        // A low caller has the server compute for long; a high caller comes meanwhile and a middle thread takes every processor.
        Thread low = Kernel.Start("low caller", () =>
        {
            CurrentThread.SetPriority(Low);
            begun.Set();
            server.Compute();
        });
        begun.WaitOne();
        server.WaitUntilComputing();
        using (var spinners = new Spinners(Middle))
        {
            CurrentThread.SetPriority(High);
            spinners.Release();
            server.Release();
            Check.Equal(High, server.PriorityInCall());
        }

        low.Join();
    });

    [GuestTest]
    public static void The_lent_priority_ends_with_the_answer() => Kernel.LeavesNothing(() =>
    {
        using var server = new LowServer();
        CurrentThread.SetPriority(High);
        try
        {
            Check.Equal(High, server.PriorityInCall());
        }
        finally
        {
            CurrentThread.SetPriority(CurrentThread.DefaultPriority);
        }

        Check.Equal(CurrentThread.DefaultPriority, server.PriorityInCall());
        Check.Equal(Low, server.Priority());
    });

    [GuestTest]
    public static void Real_time_callers_are_served_before_others_that_came_earlier() => Kernel.LeavesNothing(() =>
    {
        uint endpoint = Kernel.NewEndpoint();
        var threads = new List<Thread>();
        foreach (int priority in new[] { Low, CurrentThread.DefaultPriority, High, Middle })
        {
            threads.Add(Kernel.Start("queued caller", () =>
            {
                CurrentThread.SetPriority(priority);
                Message message = default;
                message[0] = (ulong)priority;
                Kernel.Succeeds(Sdk.Ipc.Call(endpoint, ref message));
            }, out uint id));
            Kernel.WaitUntilBlocked(id);
        }

        var order = new List<int>();
        Message received = default;
        Kernel.Succeeds(Sdk.Ipc.Receive(endpoint, ref received));
        for (int i = 1; i < threads.Count; i++)
        {
            order.Add((int)received[0]);
            Kernel.Succeeds(Sdk.Ipc.ReplyAndReceive(endpoint, ref received));
        }

        order.Add((int)received[0]);
        Kernel.Succeeds(Sdk.Ipc.Reply(ref received));
        Check.Sequence([High, Middle, Low, CurrentThread.DefaultPriority], order);
        foreach (Thread thread in threads)
            thread.Join();
        Kernel.Close(endpoint);
    });

    /// <summary>
    /// Threads that compute at a real-time priority, one for each processor, from <see cref="Release"/> to their disposal. In between their
    /// maker has to be above them. They are made before: who starts a thread waits for it by polling, which at a high priority takes
    /// the new thread's processor.
    /// </summary>
    private sealed class Spinners : IDisposable
    {
        private readonly uint _gate = Kernel.NewNotification();
        private readonly Thread[] _threads;
        private bool _stop;

        public Spinners(int priority)
        {
            _threads = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(i =>
            {
                Thread thread = Kernel.Start($"spinner {i}", () => Spin(priority), out uint id);
                Kernel.WaitUntilBlocked(id);
                return thread;
            })];
        }

        public void Release()
        {
            foreach (Thread _ in _threads)
                Kernel.Succeeds(Sdk.Ipc.Signal(_gate, 1));
        }

        public void Dispose()
        {
            Volatile.Write(ref _stop, true);
            foreach (Thread thread in _threads)
                thread.Join();
            CurrentThread.SetPriority(CurrentThread.DefaultPriority);
            Kernel.Close(_gate);
        }

        private void Spin(int priority)
        {
            CurrentThread.SetPriority(priority);
            Kernel.Succeeds(Sdk.Ipc.Wait(_gate, out ulong _));
            while (!Volatile.Read(ref _stop))
            {
            }
        }
    }

    /// <summary>A server of low priority that tells at which priority it serves.</summary>
    private sealed class LowServer : IDisposable
    {
        private const ulong Report = 0;
        private const ulong Busy = 1;
        private const ulong End = 2;

        private readonly uint _endpoint = Kernel.NewEndpoint();
        private readonly Thread _thread;
        private readonly uint _id;
        private bool _computing, _released;

        public LowServer()
        {
            _thread = Kernel.Start("low server", Serve, out _id);
            Kernel.WaitUntilBlocked(_id);
        }

        public int PriorityInCall()
        {
            Message message = default;
            message.Label = Report;
            Kernel.Succeeds(Sdk.Ipc.Call(_endpoint, ref message));
            return (int)message[0];
        }

        public int Priority() => Inspection.Threads().Single(t => t.Id == (_id & 0xffff)).Priority;

        public void Compute()
        {
            Message message = default;
            message.Label = Busy;
            Kernel.Succeeds(Sdk.Ipc.Call(_endpoint, ref message));
        }

        public void WaitUntilComputing()
        {
            while (!Volatile.Read(ref _computing))
                Thread.Sleep(1);
        }

        public void Release() => Volatile.Write(ref _released, true);

        public void Dispose()
        {
            Message message = default;
            message.Label = End;
            Kernel.Succeeds(Sdk.Ipc.Call(_endpoint, ref message));
            _thread.Join();
            Kernel.Close(_endpoint);
        }

        private void Serve()
        {
            CurrentThread.SetPriority(Low);
            Message message = default;
            Kernel.Succeeds(Sdk.Ipc.Receive(_endpoint, ref message));
            while (message.Label != End)
            {
                if (message.Label == Busy)
                {
                    Volatile.Write(ref _computing, true);
                    while (!Volatile.Read(ref _released))
                    {
                    }
                }

                // No allocation: while others spin, the runtime's own locks may be held by threads that do not get to run.
                message[0] = (ulong)CurrentThread.Priority;
                Kernel.Succeeds(Sdk.Ipc.ReplyAndReceive(_endpoint, ref message));
            }

            Kernel.Succeeds(Sdk.Ipc.Reply(ref message));
        }
    }
}
