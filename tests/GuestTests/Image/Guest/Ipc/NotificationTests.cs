using MicroLake.Abi;
using MicroLake.Sdk;

namespace MicroLake.GuestTests.Guest.Ipc;

[Area("Notifications (MicroLake.Sdk.Ipc)")]
public static class NotificationTests
{
    [GuestTest]
    public static void Bits_gather_until_they_are_taken_all_at_once() => Kernel.LeavesNothing(() =>
    {
        uint notification = Kernel.NewNotification();
        Kernel.Succeeds(Sdk.Ipc.Signal(notification, 1));
        Kernel.Succeeds(Sdk.Ipc.Signal(notification, 4));
        Kernel.Succeeds(Sdk.Ipc.Signal(notification, 1ul << 63));
        Kernel.Succeeds(Sdk.Ipc.Wait(notification, out ulong bits));
        Check.Equal((1ul << 63) | 5, bits);
        Check.Equal(Status.TimedOut, Sdk.Ipc.Wait(notification, out bits, 0));
        Check.Equal(0ul, bits);
        Check.Equal(Status.TimedOut, Sdk.Ipc.Wait(notification, out _, Sdk.Ipc.After(TimeSpan.FromMilliseconds(10))));
        Kernel.Succeeds(Sdk.Ipc.Signal(notification, 0));
        Check.Equal(Status.TimedOut, Sdk.Ipc.Wait(notification, out _, 0));
        Kernel.Close(notification);
    });

    [GuestTest]
    public static void No_bit_is_lost_or_taken_twice_between_many_threads() => Kernel.LeavesNothing(() =>
    {
        const int Signallers = 4;
        const int Rounds = 3000;
        uint notification = Kernel.NewNotification();
        Thread[] signallers = [.. Enumerable.Range(0, Signallers).Select(i => Kernel.Start("signaller", () =>
        {
            for (int round = 0; round < Rounds; round++)
                Kernel.Succeeds(Sdk.Ipc.Signal(notification, 1ul << i));
        }))];
        int seen = 0;
        bool stop = false;
        Thread[] waiters = [.. Enumerable.Range(0, 2).Select(_ => Kernel.Start("waiter", () =>
        {
            while (!Volatile.Read(ref stop))
            {
                Kernel.Succeeds(Sdk.Ipc.Wait(notification, out ulong bits));
                Check.That(bits != 0);
                Interlocked.Increment(ref seen);
            }
        }))];
        foreach (Thread thread in signallers)
            thread.Join();
        Volatile.Write(ref stop, true);
        while (waiters.Any(w => w.IsAlive))
        {
            Kernel.Succeeds(Sdk.Ipc.Signal(notification, 1ul << 40));
            Thread.Sleep(1);
        }

        Check.That(seen > 0);
        Kernel.Close(notification);
    });

    [GuestTest]
    public static void Two_threads_hand_each_other_the_turn() => Kernel.LeavesNothing(() =>
    {
        const int Rounds = 2000;
        uint ping = Kernel.NewNotification(), pong = Kernel.NewNotification();
        int turns = 0;
        Thread other = Kernel.Start("pong", () =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                Kernel.Succeeds(Sdk.Ipc.Wait(ping, out _));
                turns++;
                Kernel.Succeeds(Sdk.Ipc.Signal(pong, 1));
            }
        });
        for (int i = 0; i < Rounds; i++)
        {
            Check.Equal(i, turns);
            Kernel.Succeeds(Sdk.Ipc.Signal(ping, 1));
            Kernel.Succeeds(Sdk.Ipc.Wait(pong, out _));
        }

        other.Join();
        Kernel.Close(ping, pong);
    });

    [GuestTest]
    public static void Who_waits_learns_that_the_last_handle_was_closed() => Kernel.LeavesNothing(() =>
    {
        uint notification = Kernel.NewNotification();
        Status outcome = default;
        Thread waiter = Kernel.Start("stranded waiter", () => outcome = Sdk.Ipc.Wait(notification, out _), out uint id);
        Kernel.WaitUntilBlocked(id);
        Kernel.Close(notification);
        waiter.Join();
        Check.Equal(Status.PeerClosed, outcome);
    });
}
