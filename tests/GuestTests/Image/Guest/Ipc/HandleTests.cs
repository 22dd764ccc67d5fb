using MicroLake.Abi;
using MicroLake.Hosting;
using MicroLake.Sdk;

namespace MicroLake.GuestTests.Guest.Ipc;

[Area("Handles (MicroLake.Sdk.HandleNumbers)")]
public static class HandleTests
{
    [GuestTest]
    public static void Stale_and_forged_handles_are_refused() => Kernel.LeavesNothing(() =>
    {
        uint endpoint = Kernel.NewEndpoint();
        Kernel.Close(endpoint);
        Message message = default;
        foreach (uint bad in new uint[] { 0u, 1u, uint.MaxValue, endpoint, endpoint + (1u << 16), endpoint ^ 1u, 0xffff_0000, 0x0000_ffff })
        {
            Check.Equal(Status.BadHandle, Sdk.Ipc.Call(bad, ref message));
            Check.Equal(Status.BadHandle, Sdk.Ipc.Receive(bad, ref message));
            Check.Equal(Status.BadHandle, Sdk.Ipc.Signal(bad, 1));
            Check.Equal(Status.BadHandle, Sdk.Ipc.Wait(bad, out _));
            Check.Equal(Status.BadHandle, HandleNumbers.Close(bad));
            Check.Equal(Status.BadHandle, HandleNumbers.Duplicate(bad, out _));
            Check.Equal(Status.BadHandle, HandleNumbers.Describe(bad, out _));
        }
    });

    [GuestTest]
    public static void Rights_and_types_are_held_to() => Kernel.LeavesNothing(() =>
    {
        uint endpoint = Kernel.NewEndpoint(), notification = Kernel.NewNotification();
        uint mute = Kernel.Duplicate(endpoint, HandleRights.Receive), deaf = Kernel.Duplicate(endpoint, HandleRights.Send);
        uint signaller = Kernel.Duplicate(notification, HandleRights.Signal), waiter = Kernel.Duplicate(notification, HandleRights.Wait);
        Message message = default;
        Check.Equal(Status.NotPermitted, Sdk.Ipc.Call(mute, ref message));
        Check.Equal(Status.NotPermitted, Sdk.Ipc.Receive(deaf, ref message));
        Check.Equal(Status.NotPermitted, Sdk.Ipc.Signal(waiter, 1));
        Check.Equal(Status.NotPermitted, Sdk.Ipc.Wait(signaller, out _));
        Check.Equal(Status.NotPermitted, HandleNumbers.Duplicate(deaf, out _));
        Check.Equal(Status.NotPermitted, HandleNumbers.Duplicate(endpoint, out _, HandleRights.Send | HandleRights.Manage));
        Check.Equal(Status.WrongType, Sdk.Ipc.Call(notification, ref message));
        Check.Equal(Status.WrongType, Sdk.Ipc.Signal(endpoint, 1));
        Kernel.Succeeds(HandleNumbers.Describe(deaf, out HandleInformation what));
        Check.Equal(ObjectType.Endpoint, what.Type);
        Check.Equal(HandleRights.Send, what.Rights);
        Kernel.Close(endpoint, notification, mute, deaf, signaller, waiter);
    });

    [GuestTest]
    public static void Handles_in_messages_change_hands_both_ways() => Kernel.LeavesNothing(() =>
    {
        uint endpoint = Kernel.NewEndpoint();
        uint[] sent = [.. Enumerable.Range(0, Message.MaxHandles).Select(_ => Kernel.NewNotification())];
        uint keptEnd = Kernel.Duplicate(sent[0], HandleRights.Wait);
        Thread server = Kernel.Start("handle server", () =>
        {
            Message message = default;
            Kernel.Succeeds(Sdk.Ipc.Receive(endpoint, ref message));
            Check.Equal((uint)Message.MaxHandles, message.HandleCount);
            Kernel.Succeeds(Sdk.Ipc.Signal(message.GetHandle(0), 0x10));
            // Gives two back and keeps two.
            Kernel.Close(message.GetHandle(2), message.GetHandle(3));
            message.HandleCount = 2;
            Kernel.Succeeds(Sdk.Ipc.Reply(ref message));
        });
        Message call = default;
        foreach (uint handle in sent)
            call.AddHandle(handle);
        Kernel.Succeeds(Sdk.Ipc.Call(endpoint, ref call));
        server.Join();
        Check.Equal(2u, call.HandleCount);
        foreach (uint handle in sent)
            Check.Equal(Status.BadHandle, HandleNumbers.Close(handle));
        Kernel.Succeeds(Sdk.Ipc.Wait(keptEnd, out ulong bits));
        Check.Equal(0x10ul, bits);
        Kernel.Close(call.GetHandle(0), call.GetHandle(1), keptEnd, endpoint);
    });

    [GuestTest]
    public static void Handles_that_cannot_travel_stay_and_the_server_goes_on_waiting() => Kernel.LeavesNothing(() =>
    {
        uint endpoint = Kernel.NewEndpoint(), good = Kernel.NewNotification();
        uint bound = Kernel.Duplicate(good, HandleRights.Signal);
        using var server = new EchoServer();
        foreach (uint target in new[] { server.Endpoint, endpoint })
        {
            // The first has a server that waits; the second takes the call later.
            ulong deadline = target == endpoint ? 0 : Sdk.Ipc.NoDeadline;
            Check.Equal(target == endpoint ? Status.TimedOut : Status.NotPermitted, CallWith(target, deadline, good, bound));
            Check.Equal(target == endpoint ? Status.TimedOut : Status.BadHandle, CallWith(target, deadline, good, 12345));
            Check.Equal(target == endpoint ? Status.TimedOut : Status.BadHandle, CallWith(target, deadline, good, good));
            Kernel.Succeeds(Sdk.Ipc.Signal(good, 1));
        }

        // A queued call with a bad handle fails when a server comes, and the next one is served.
        Status bad = default;
        Thread first = Kernel.Start("bad caller", () => bad = CallWith(endpoint, Sdk.Ipc.NoDeadline, good, bound), out uint id);
        Kernel.WaitUntilBlocked(id);
        Thread second = Kernel.Start("good caller", () => Kernel.Succeeds(CallWith(endpoint, Sdk.Ipc.NoDeadline)), out id);
        Kernel.WaitUntilBlocked(id);
        Message message = default;
        Kernel.Succeeds(Sdk.Ipc.Receive(endpoint, ref message));
        Kernel.Succeeds(Sdk.Ipc.Reply(ref message));
        first.Join();
        second.Join();
        Check.Equal(Status.NotPermitted, bad);
        Kernel.Close(endpoint, good, bound);
    });

    [GuestTest]
    public static void An_answer_with_a_bad_handle_is_still_owed() => Kernel.LeavesNothing(() =>
    {
        uint endpoint = Kernel.NewEndpoint();
        Status refused = default;
        Thread server = Kernel.Start("careless server", () =>
        {
            Message message = default;
            Kernel.Succeeds(Sdk.Ipc.Receive(endpoint, ref message));
            message.AddHandle(4711);
            refused = Sdk.Ipc.ReplyAndReceive(endpoint, ref message);
            message.HandleCount = 0;
            message[0] = 9;
            Kernel.Succeeds(Sdk.Ipc.Reply(ref message));
        });
        Message call = default;
        Kernel.Succeeds(Sdk.Ipc.Call(endpoint, ref call));
        server.Join();
        Check.Equal(Status.BadHandle, refused);
        Check.Equal(9ul, call[0]);
        Kernel.Close(endpoint);
    });

    [GuestTest]
    public static void Ten_thousand_objects_come_and_go_and_their_memory_with_them()
    {
        const int Count = 10_000;
        // The table of handles keeps the pages that it has once needed.
        long free = 0;
        ObjectStatistics first = HandleNumbers.Statistics();
        for (int round = 0; round < 3; round++)
        {
            uint[] handles = new uint[Count];
            for (int i = 0; i < Count; i++)
                handles[i] = i % 2 == 0 ? Kernel.NewEndpoint() : Kernel.NewNotification();
            Check.Equal(first.Objects + Count, HandleNumbers.Statistics().Objects);
            Check.That(HandleNumbers.Statistics().ObjectPages >= Count / 32);
            new Random(round).Shuffle(handles);
            Kernel.Close(handles);
            ObjectStatistics now = HandleNumbers.Statistics();
            Check.Equal(first.Handles, now.Handles);
            Check.Equal(first.Objects, now.Objects);
            Check.That(now.ObjectPages <= first.ObjectPages + 1);
            if (round == 0)
                free = Inspection.Memory().Free;
        }

        // What else runs takes a little now and then; the objects of one round are 1.3 MB.
        Check.That(free - Inspection.Memory().Free < 1_000_000);
    }

    [GuestTest]
    public static void The_limit_of_handles_is_an_error_and_not_the_end() => Kernel.LeavesNothing(() =>
    {
        uint notification = Kernel.NewNotification();
        ObjectStatistics before = HandleNumbers.Statistics();
        var handles = new List<uint>();
        Status status;
        while ((status = HandleNumbers.Duplicate(notification, out uint handle)) == Status.Ok)
            handles.Add(handle);
        Check.Equal(Status.LimitReached, status);
        Check.Equal(before.HandleLimit - before.Handles, (uint)handles.Count);
        Check.Equal(Status.LimitReached, HandleNumbers.CreateEndpoint(out _));
        Check.Equal(before.Objects, HandleNumbers.Statistics().Objects);
        Check.Equal(handles.Count, handles.Distinct().Count());
        Kernel.Close([.. handles]);
        Kernel.Close(notification);
    });

    [GuestTest]
    public static void Handles_closed_while_others_use_them_are_refused_or_served() => Kernel.LeavesNothing(() =>
    {
        for (int round = 0; round < 300; round++)
        {
            uint notification = Kernel.NewNotification();
            uint[] outcomes = new uint[3];
            using var start = new Barrier(outcomes.Length);
            Thread[] threads = [.. Enumerable.Range(0, outcomes.Length).Select(i => Kernel.Start("closer", () =>
            {
                start.SignalAndWait();
                outcomes[i] = (uint)(i == 0 ? Sdk.Ipc.Signal(notification, 1) : HandleNumbers.Close(notification));
            }))];
            foreach (Thread thread in threads)
                thread.Join();
            Check.That(outcomes[0] is (uint)Status.Ok or (uint)Status.BadHandle);
            Check.Equal(1, outcomes[1..].Count(o => o == (uint)Status.Ok));
        }
    });

    private static Status CallWith(uint endpoint, ulong deadline, params ReadOnlySpan<uint> handles)
    {
        Message message = default;
        foreach (uint handle in handles)
            message.AddHandle(handle);
        return Sdk.Ipc.Call(endpoint, ref message, deadline);
    }
}
