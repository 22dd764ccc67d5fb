using MicroLake.Abi;
using MicroLake.Sdk;

namespace MicroLake.GuestTests.Guest.Ipc;

/// <summary>Either side goes away, in every state that the other can be in.</summary>
[Area("Messages: the other side goes away (MicroLake.Sdk.Ipc)")]
public static class PeerDeathTests
{
    private const HandleRights Client = HandleRights.Send | HandleRights.Duplicate;
    private const HandleRights Server = HandleRights.Receive | HandleRights.Duplicate;

    [GuestTest]
    public static void Callers_that_wait_learn_that_the_last_handle_that_may_receive_was_closed() => Kernel.LeavesNothing(() =>
    {
        uint endpoint = Kernel.NewEndpoint();
        uint client = Kernel.Duplicate(endpoint, Client), second = Kernel.Duplicate(endpoint, Server);
        var outcomes = new Status[200];
        Thread[] callers = new Thread[outcomes.Length];
        uint last = 0;
        for (int i = 0; i < callers.Length; i++)
        {
            int at = i;
            callers[i] = Kernel.Start("waiting caller", () => outcomes[at] = Call(client), out last);
        }

        Kernel.WaitUntilBlocked(last);
        Kernel.Close(second);
        Check.That(outcomes.All(o => o == Status.Ok));
        Kernel.Close(endpoint);
        foreach (Thread caller in callers)
            caller.Join();
        Check.That(outcomes.All(o => o == Status.PeerClosed));
        Check.Equal(Status.PeerClosed, Call(client));
        Kernel.Close(client);
    });

    [GuestTest]
    public static void A_server_thread_that_ends_without_an_answer_is_an_error_for_its_caller() => Kernel.LeavesNothing(() =>
    {
        uint endpoint = Kernel.NewEndpoint();
        Thread server = Kernel.Start("dying server", () => Kernel.Succeeds(Receive(endpoint)));
        Check.Equal(Status.PeerClosed, Call(endpoint));
        server.Join();
        Kernel.Close(endpoint);
    });

    [GuestTest]
    public static void A_server_that_takes_the_next_call_without_an_answer_has_refused_the_first() => Kernel.LeavesNothing(() =>
    {
        uint endpoint = Kernel.NewEndpoint();
        Thread server = Kernel.Start("rude server", () =>
        {
            Message message = default;
            Kernel.Succeeds(Sdk.Ipc.Receive(endpoint, ref message));
            Kernel.Succeeds(Sdk.Ipc.Receive(endpoint, ref message));
            Kernel.Succeeds(Sdk.Ipc.Reply(ref message));
        });
        Check.Equal(Status.PeerClosed, Call(endpoint));
        Check.Equal(Status.Ok, Call(endpoint));
        server.Join();
        Kernel.Close(endpoint);
    });

    [GuestTest]
    public static void A_call_that_was_taken_is_answered_although_all_handles_are_closed() => Kernel.LeavesNothing(() =>
    {
        uint endpoint = Kernel.NewEndpoint();
        using var taken = new ManualResetEvent(false);
        using var closed = new ManualResetEvent(false);
        Thread server = Kernel.Start("faithful server", () =>
        {
            Message message = default;
            Kernel.Succeeds(Sdk.Ipc.Receive(endpoint, ref message));
            taken.Set();
            closed.WaitOne();
            message[0] = 77;
            Kernel.Succeeds(Sdk.Ipc.Reply(ref message));
        });
        Message call = default;
        Thread caller = Kernel.Start("patient caller", () => Kernel.Succeeds(Sdk.Ipc.Call(endpoint, ref call)));
        taken.WaitOne();
        Kernel.Close(endpoint);
        closed.Set();
        caller.Join();
        server.Join();
        Check.Equal(77ul, call[0]);
        Check.Equal(Status.BadHandle, Call(endpoint));
    });

    [GuestTest]
    public static void A_server_that_waits_learns_that_nobody_can_call_any_more() => Kernel.LeavesNothing(() =>
    {
        uint endpoint = Kernel.NewEndpoint();
        uint receiver = Kernel.Duplicate(endpoint, Server);
        Check.Equal(Status.PeerClosed, ReceiveUntilClosed(receiver, endpoint));
        Check.Equal(Status.PeerClosed, Receive(receiver));
        Kernel.Close(receiver);
    });

    [GuestTest]
    public static void A_server_whose_own_handle_is_closed_under_it_goes_on_or_learns_it() => Kernel.LeavesNothing(() =>
    {
        uint endpoint = Kernel.NewEndpoint();
        uint client = Kernel.Duplicate(endpoint, Client);
        Check.Equal(Status.PeerClosed, ReceiveUntilClosed(endpoint, endpoint));
        Kernel.Close(client);
    });

    [GuestTest]
    public static void Servers_and_callers_that_come_and_go_at_random_leave_nothing_behind() => Kernel.LeavesNothing(() =>
    {
        const int Rounds = 150;
        for (int round = 0; round < Rounds; round++)
        {
            uint endpoint = Kernel.NewEndpoint();
            uint client = Kernel.Duplicate(endpoint, Client);
            var random = new Random(round);
            int answers = random.Next(6);
            Thread server = Kernel.Start("mortal server", () =>
            {
                Message message = default;
                if (answers == 0 || Sdk.Ipc.Receive(endpoint, ref message) != Status.Ok)
                    return;
                for (int i = 1; i < answers; i++)
                    if (Sdk.Ipc.ReplyAndReceive(endpoint, ref message) != Status.Ok)
                        return;
            });
            int answered = 0;
            Thread[] callers = [.. Enumerable.Range(0, 4).Select(i => Kernel.Start("mortal caller", () =>
            {
                for (int call = 0; call < 3; call++)
                    if (Call(client) == Status.Ok)
                        Interlocked.Increment(ref answered);
            }))];
            server.Join();
            Kernel.Close(endpoint);
            foreach (Thread caller in callers)
                caller.Join();
            Check.Equal(Math.Max(answers - 1, 0), answered);
            Kernel.Close(client);
        }
    });

    private static Status Call(uint handle)
    {
        Message message = default;
        return Sdk.Ipc.Call(handle, ref message);
    }

    private static Status Receive(uint handle)
    {
        Message message = default;
        return Sdk.Ipc.Receive(handle, ref message);
    }

    /// <summary>What a server that waits at a handle is told when another handle is closed.</summary>
    private static Status ReceiveUntilClosed(uint receiver, uint closed)
    {
        Status outcome = default;
        Thread server = Kernel.Start("waiting server", () => outcome = Receive(receiver), out uint id);
        Kernel.WaitUntilBlocked(id);
        Kernel.Close(closed);
        server.Join();
        return outcome;
    }
}
