using MicroLake.Abi;
using MicroLake.Sdk;

namespace MicroLake.GuestTests.Guest.Ipc;

[Area("Messages: deadlines and cancellation (MicroLake.Sdk.Ipc)")]
public static class DeadlineTests
{
    private static readonly TimeSpan s_soon = TimeSpan.FromMilliseconds(20);

    [GuestTest]
    public static void A_call_that_nobody_takes_ends_at_its_deadline() => Kernel.LeavesNothing(() =>
    {
        uint endpoint = Kernel.NewEndpoint();
        Message message = default;
        ulong deadline = Sdk.Ipc.After(s_soon);
        Check.Equal(Status.TimedOut, Sdk.Ipc.Call(endpoint, ref message, deadline));
        Check.That(Sdk.Ipc.After(TimeSpan.Zero) >= deadline);
        Check.Equal(Status.TimedOut, Sdk.Ipc.Call(endpoint, ref message, 0));
        // The call is gone: a server finds none.
        Check.Equal(Status.TimedOut, Sdk.Ipc.Receive(endpoint, ref message, Sdk.Ipc.After(s_soon)));
        Kernel.Close(endpoint);
    });

    [GuestTest]
    public static void A_call_that_is_not_answered_ends_at_its_deadline_and_the_server_learns_it() => Kernel.LeavesNothing(() =>
    {
        uint endpoint = Kernel.NewEndpoint();
        using var over = new ManualResetEvent(false);
        Status first = default, second = default;
        Thread server = Kernel.Start("slow server", () =>
        {
            Message message = default;
            Kernel.Succeeds(Sdk.Ipc.Receive(endpoint, ref message));
            over.WaitOne();
            first = Sdk.Ipc.Reply(ref message);
            second = Sdk.Ipc.Reply(ref message);
            // Unharmed: the next call is served.
            Kernel.Succeeds(Sdk.Ipc.Receive(endpoint, ref message));
            message[0] = 5;
            Kernel.Succeeds(Sdk.Ipc.Reply(ref message));
        });
        Message call = default;
        Check.Equal(Status.TimedOut, Sdk.Ipc.Call(endpoint, ref call, Sdk.Ipc.After(s_soon)));
        over.Set();
        Kernel.Succeeds(Sdk.Ipc.Call(endpoint, ref call));
        Check.Equal(5ul, call[0]);
        server.Join();
        Check.Equal(Status.CallerGone, first);
        Check.Equal(Status.NothingToReply, second);
        Kernel.Close(endpoint);
    });

    [GuestTest]
    public static void Calls_with_deadlines_that_race_with_answers_are_answered_or_timed_out() => Kernel.LeavesNothing(() =>
    {
        uint endpoint = Kernel.NewEndpoint();
        Thread server = Kernel.Start("racing server", () =>
        {
            Message message = default;
            Kernel.Succeeds(Sdk.Ipc.Receive(endpoint, ref message));
            while (message.Label == 0)
            {
                message[0] = ~message[0];
                Kernel.Succeeds(Sdk.Ipc.ReplyAndReceive(endpoint, ref message));
            }

            Kernel.Succeeds(Sdk.Ipc.Reply(ref message));
        });
        int answered = 0, late = 0;
        for (ulong i = 0; i < 3000; i++)
        {
            Message message = default;
            message[0] = i;
            Status status = Sdk.Ipc.Call(endpoint, ref message, Sdk.Ipc.After(TimeSpan.FromTicks((long)(i % 200))));
            if (status == Status.Ok)
            {
                Check.Equal(~i, message[0]);
                answered++;
            }
            else
            {
                Check.Equal(Status.TimedOut, status);
                late++;
            }
        }

        Message stop = default;
        stop.Label = 1;
        Kernel.Succeeds(Sdk.Ipc.Call(endpoint, ref stop));
        server.Join();
        Check.Equal(3000, answered + late);
        Kernel.Close(endpoint);
    });

    [GuestTest]
    public static void Waits_of_every_kind_are_cancelled() => Kernel.LeavesNothing(() =>
    {
        uint endpoint = Kernel.NewEndpoint(), notification = Kernel.NewNotification();
        Message message = default;
        Check.Equal(Status.Cancelled, CancelledWait("caller, queued", () => Sdk.Ipc.Call(endpoint, ref message)));
        Check.Equal(Status.Cancelled, CancelledWait("receiver", () => Sdk.Ipc.Receive(endpoint, ref message)));
        Check.Equal(Status.Cancelled, CancelledWait("bit waiter", () => Sdk.Ipc.Wait(notification, out _)));

        Status reply = default;
        using var received = new ManualResetEvent(false);
        using var over = new ManualResetEvent(false);
        Thread server = Kernel.Start("deaf server", () =>
        {
            Message call = default;
            Kernel.Succeeds(Sdk.Ipc.Receive(endpoint, ref call));
            received.Set();
            over.WaitOne();
            reply = Sdk.Ipc.Reply(ref call);
        });
        // A caller that is cancelled before the server has its call leaves the server waiting for another one.
        Check.Equal(Status.Cancelled, CancelledWait("caller, served", () => Sdk.Ipc.Call(endpoint, ref message), received));
        over.Set();
        server.Join();
        Check.Equal(Status.CallerGone, reply);
        Kernel.Close(endpoint, notification);
    });

    [GuestTest]
    public static void A_cancellation_that_comes_early_ends_the_next_wait_once()
    {
        uint endpoint = Kernel.NewEndpoint();
        Message message = default;
        Kernel.Succeeds(Sdk.Ipc.Cancel(Sdk.Ipc.CurrentThread));
        Check.Equal(Status.Cancelled, Sdk.Ipc.Receive(endpoint, ref message));
        Check.Equal(Status.TimedOut, Sdk.Ipc.Receive(endpoint, ref message, 0));
        Kernel.Succeeds(Sdk.Ipc.Cancel(Sdk.Ipc.CurrentThread));
        Sdk.Ipc.ForgetCancellation();
        Check.Equal(Status.TimedOut, Sdk.Ipc.Receive(endpoint, ref message, 0));
        Check.Equal(Status.NotFound, Sdk.Ipc.Cancel(0x7fff_fff0));
        Kernel.Close(endpoint);
    }

    private static Status CancelledWait(string name, Func<Status> wait, WaitHandle? before = null)
    {
        Status status = default;
        Thread thread = Kernel.Start(name, () => status = wait(), out uint id);
        _ = before?.WaitOne();
        Kernel.WaitUntilBlocked(id);
        Kernel.Succeeds(Sdk.Ipc.Cancel(id));
        thread.Join();
        return status;
    }
}
