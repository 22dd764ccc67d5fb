using MicroLake.Abi;
using MicroLake.Sdk;

namespace MicroLake.GuestTests.Guest.Ipc;

[Area("Messages: call and reply (MicroLake.Sdk.Ipc)")]
public static class CallTests
{
    [GuestTest]
    public static void An_answer_replaces_the_message() => Kernel.LeavesNothing(() =>
    {
        using var server = new EchoServer();
        for (uint round = 0; round < 1000; round++)
        {
            Message message = default;
            message.Label = round;
            for (int i = 0; i < Message.WordCount; i++)
                message[i] = (round << 8) + (uint)i;
            Kernel.Succeeds(Sdk.Ipc.Call(server.Endpoint, ref message));
            Check.Equal(round, message.Label);
            for (int i = 0; i < Message.WordCount; i++)
                Check.Equal((round << 8) + (uint)i + 1, message[i]);
            Check.Equal(0u, message.HandleCount);
        }

        Check.Equal(1000, server.Calls);
    });

    [GuestTest]
    public static void Many_clients_and_servers_lose_and_double_nothing() => Kernel.LeavesNothing(() =>
    {
        const int Clients = 8;
        const int Rounds = 2000;
        using var server = new EchoServer(3);
        var failures = new System.Collections.Concurrent.ConcurrentQueue<string>();
        Thread[] clients = [.. Enumerable.Range(0, Clients).Select(id => Kernel.Start($"client {id}", () =>
        {
            for (uint round = 0; round < Rounds; round++)
            {
                Message message = default;
                ulong sent = ((ulong)id << 32) | round;
                message[0] = sent;
                message[7] = ~sent;
                Status status = Sdk.Ipc.Call(server.Endpoint, ref message);
                if (status != Status.Ok || message[0] != sent + 1 || message[7] != ~sent + 1)
                    failures.Enqueue($"client {id}, round {round}: {status}, {message[0]:x}");
            }
        }))];
        foreach (Thread client in clients)
            client.Join();
        Check.Equal("", string.Join("; ", failures.Take(3)));
        Check.Equal(Clients * Rounds, server.Calls);
    });

    [GuestTest]
    public static void A_server_tells_its_clients_apart_by_their_badges() => Kernel.LeavesNothing(() =>
    {
        uint endpoint = Kernel.NewEndpoint();
        uint[] clients = [.. Enumerable.Range(1, 5).Select(i => Kernel.Duplicate(endpoint, HandleRights.Send | HandleRights.Duplicate, (ulong)i * 1000))];
        // A client's duplicates keep its badge, and it cannot make up another.
        Check.Equal(Status.NotPermitted, HandleNumbers.Duplicate(clients[2], out _, HandleRights.Send, badge: 7));
        uint copy = Kernel.Duplicate(clients[2]);
        Thread server = Kernel.Start("badge server", () =>
        {
            Message message = default;
            Kernel.Succeeds(Sdk.Ipc.Receive(endpoint, ref message));
            while (message.Label == 0)
            {
                message[0] = message.Badge;
                Kernel.Succeeds(Sdk.Ipc.ReplyAndReceive(endpoint, ref message));
            }

            Kernel.Succeeds(Sdk.Ipc.Reply(ref message));
        });
        for (int i = 0; i < clients.Length; i++)
            Check.Equal((ulong)(i + 1) * 1000, BadgeSeen(clients[i]));
        Check.Equal(3000ul, BadgeSeen(copy));
        Check.Equal(0ul, BadgeSeen(endpoint));
        Message stop = default;
        stop.Label = 1;
        Kernel.Succeeds(Sdk.Ipc.Call(endpoint, ref stop));
        server.Join();
        Kernel.Close([endpoint, copy, .. clients]);
    });

    [GuestTest]
    public static void A_server_may_call_another_before_it_answers() => Kernel.LeavesNothing(() =>
    {
        using var back = new EchoServer();
        uint front = Kernel.NewEndpoint();
        Thread middle = Kernel.Start("middle server", () =>
        {
            Message message = default;
            Kernel.Succeeds(Sdk.Ipc.Receive(front, ref message));
            while (message.Label == 0)
            {
                Kernel.Succeeds(Sdk.Ipc.Call(back.Endpoint, ref message));
                message[0] *= 2;
                Kernel.Succeeds(Sdk.Ipc.ReplyAndReceive(front, ref message));
            }

            Kernel.Succeeds(Sdk.Ipc.Reply(ref message));
        });
        for (ulong i = 0; i < 100; i++)
        {
            Message message = default;
            message[0] = i;
            Kernel.Succeeds(Sdk.Ipc.Call(front, ref message));
            Check.Equal((i + 1) * 2, message[0]);
        }

        Message stop = default;
        stop.Label = 1;
        Kernel.Succeeds(Sdk.Ipc.Call(front, ref stop));
        middle.Join();
        Kernel.Close(front);
    });

    [GuestTest]
    public static void An_answer_that_is_not_owed_is_refused()
    {
        Message message = default;
        Check.Equal(Status.NothingToReply, Sdk.Ipc.Reply(ref message));
        uint endpoint = Kernel.NewEndpoint();
        Check.Equal(Status.NothingToReply, Sdk.Ipc.ReplyAndReceive(endpoint, ref message));
        Kernel.Close(endpoint);
    }

    [GuestTest]
    public static void Too_many_handles_are_refused()
    {
        uint endpoint = Kernel.NewEndpoint();
        Message message = default;
        message.HandleCount = Message.MaxHandles + 1;
        Check.Equal(Status.InvalidArgument, Sdk.Ipc.Call(endpoint, ref message));
        message.HandleCount = uint.MaxValue;
        Check.Equal(Status.InvalidArgument, Sdk.Ipc.Call(endpoint, ref message));
        Kernel.Close(endpoint);
    }

    [GuestTest]
    public static void A_collection_moves_what_both_sides_hold_while_they_wait() => Kernel.LeavesNothing(() =>
    {
        uint endpoint = Kernel.NewEndpoint();
        Thread server = Kernel.Start("collecting server", () =>
        {
            string[] held = [.. Enumerable.Range(0, 6).Select(i => $"server {i}")];
            string a = held[0], b = held[1], c = held[2], d = held[3], e = held[4], f = held[5];
            Message message = default;
            Kernel.Succeeds(Sdk.Ipc.Receive(endpoint, ref message));
            while (message.Label == 0)
            {
                // The caller's objects are older than this garbage, and move down over it.
                GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
                Check.Equal("server 0server 1server 2server 3server 4server 5", string.Concat(a, b, c) + string.Concat(d, e, f));
                Kernel.Succeeds(Sdk.Ipc.ReplyAndReceive(endpoint, ref message));
            }

            Check.Equal("server 5", f);
            Kernel.Succeeds(Sdk.Ipc.Reply(ref message));
        });
        for (int round = 0; round < 20; round++)
        {
            byte[] garbage = new byte[(round + 1) * 100];
            string a = $"client {round}", b = a + a, c = b + "c", d = c + "d", e = d + "e", f = e + "f";
            garbage[0] = 1;
            Message message = default;
            Kernel.Succeeds(Sdk.Ipc.Call(endpoint, ref message));
            Check.Equal($"client {round}", a);
            Check.Equal(f, e + "f");
            Check.Equal(e, d + "e");
            Check.Equal(d, c + "d");
            Check.Equal(c, b + "c");
            // The server waits now: this collection moves what it holds.
            GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
        }

        Message stop = default;
        stop.Label = 1;
        Kernel.Succeeds(Sdk.Ipc.Call(endpoint, ref stop));
        server.Join();
        Kernel.Close(endpoint);
    });

    private static ulong BadgeSeen(uint handle)
    {
        Message message = default;
        message.Badge = 99;
        Kernel.Succeeds(Sdk.Ipc.Call(handle, ref message));
        return message[0];
    }
}
