using MicroLake.Abi;
using MicroLake.Sdk;

namespace MicroLake.GuestTests.Guest.Ipc;

[Contract("guest-test.ledger", 1)]
internal interface ILedger
{
    long Add(long amount);

    [return: MaxLength(40)]
    string Describe([MaxLength(20)] string name);

    ulong WhoAmI();

    Notification Watch(Notification changed);

    void Fail();

    [return: MaxLength(100_000)]
    byte[] Reverse([MaxLength(100_000)] ReadOnlySpan<byte> bytes);
}

[Area("Contracts (MicroLake.Sdk)")]
public static class ContractTests
{
    [GuestTest]
    public static void Clients_call_a_service_on_its_own_threads() => Kernel.LeavesNothing(() =>
    {
        using var service = new LedgerService();
        using Channel first = service.Endpoint.CreateChannel(badge: 11), second = service.Endpoint.CreateChannel(badge: 12);
        ILedger ledger = new LedgerClient(first), other = new LedgerClient(second);
        Check.Equal(5L, ledger.Add(5));
        Check.Equal(2L, other.Add(-3));
        Check.Equal("Zoë has 2", ledger.Describe("Zoë"));
        Check.Equal(11ul, ledger.WhoAmI());
        Check.Equal(12ul, other.WhoAmI());
    });

    [GuestTest]
    public static void Handles_go_to_the_service_and_come_back() => Kernel.LeavesNothing(() =>
    {
        using var service = new LedgerService();
        using Channel channel = service.Endpoint.CreateChannel();
        using var mine = Notification.Create();
        Notification given = mine.Duplicate(HandleRights.Signal | HandleRights.Transfer);
        using Notification back = new LedgerClient(channel).Watch(given);
        Check.That(given.IsClosed);
        Check.Equal(1ul, mine.Wait());
        back.Signal(4);
        Check.Equal(4ul, mine.Wait());
    });

    [GuestTest]
    public static void A_service_that_throws_goes_on_serving() => Kernel.LeavesNothing(() =>
    {
        using var service = new LedgerService();
        using Channel channel = service.Endpoint.CreateChannel();
        var ledger = new LedgerClient(channel);
        Check.Equal(ReplyCode.Failed, Check.Throws<ContractException>(ledger.Fail).Code);
        Check.Equal(1L, ledger.Add(1));
    });

    [GuestTest]
    public static void What_is_longer_than_a_message_travels_in_shared_memory() => Kernel.LeavesNothing(() =>
    {
        using var service = new LedgerService(mostShared: 128 << 10);
        using Channel channel = service.Endpoint.CreateChannel();
        var ledger = new LedgerClient(channel);
        Check.Throws<ArgumentException>(() => ledger.Reverse([1, 2]));
        Check.Equal(ReplyCode.BadMessage, Check.Throws<ContractException>(() => channel.SharePayload((128 << 10) + 1)).Code);
        channel.SharePayload(128 << 10);
        Check.Equal(ReplyCode.BadMessage, Check.Throws<ContractException>(() => channel.SharePayload(4096)).Code);
        byte[] bytes = new byte[100_000];
        Random.Shared.NextBytes(bytes);
        byte[] back = ledger.Reverse(bytes);
        Array.Reverse(back);
        Check.That(bytes.AsSpan().SequenceEqual(back));
        // Several threads take turns with the memory.
        Parallel.For(0, 8, i =>
        {
            for (int round = 0; round < 20; round++)
                Check.That(ledger.Reverse([(byte)i, (byte)round]).AsSpan().SequenceEqual((ReadOnlySpan<byte>)[(byte)round, (byte)i]));
        });
    });

    [GuestTest]
    public static void Memory_is_shared_only_as_large_as_it_is() => Kernel.LeavesNothing(() =>
    {
        using var service = new LedgerService(mostShared: int.MaxValue);
        using Channel channel = service.Endpoint.CreateChannel();
        foreach (ulong claimed in (ulong[])[0, 4097, 1ul << 31, ulong.MaxValue])
        {
            using IDisposable memory = SharedMemory.Create(4096, out Handle handle);
            Message message = default;
            message.Label = ContractLabel.SharePayload;
            message[0] = claimed;
            message.AddHandle(handle.Detach());
            Kernel.Succeeds(channel.Call(ref message));
            Check.Equal((ulong)ReplyCode.BadMessage, message.Label);
        }
    });

    [GuestTest]
    public static void Shared_memory_is_not_touched_before_a_call_that_was_given_up_is_over() => Kernel.LeavesNothing(() =>
    {
        using var slow = new LedgerService(mostShared: 128 << 10);
        using var channel = new Channel(Kernel.Duplicate(slow.Endpoint.Value, HandleRights.Send)) { CallTimeout = TimeSpan.FromSeconds(1) };
        channel.SharePayload(128 << 10);
        var ledger = new LedgerClient(channel);
        slow.Gate.Reset();
        Check.Equal(Status.TimedOut, Check.Throws<MessageException>(() => ledger.Reverse([1, 2])).Status);
        // The server is still at work with the memory: nothing new gets in.
        Check.Equal(Status.TimedOut, Check.Throws<MessageException>(() => ledger.Reverse([3, 4])).Status);
        Check.Equal(1, slow.Reversals);
        slow.Gate.Set();
        byte[] back = [];
        while (back.Length == 0)
        {
            try
            {
                back = ledger.Reverse([5, 6]);
            }
            catch (MessageException error) when (error.Status == Status.TimedOut)
            {
            }
        }

        Check.That(back.AsSpan().SequenceEqual((ReadOnlySpan<byte>)[6, 5]));
    });

    [GuestTest]
    public static void Random_messages_do_a_service_no_harm() => Kernel.LeavesNothing(() =>
    {
        using var service = new LedgerService();
        using Channel channel = service.Endpoint.CreateChannel();
        var random = new Random(5);
        for (int i = 0; i < 2000; i++)
        {
            Message message = default;
            random.NextBytes(message.Bytes);
            message.Label = (ulong)random.NextInt64();
            if (i % 3 == 0)
                message.AddHandle(Kernel.NewNotification());
            Kernel.Succeeds(channel.Call(ref message));
            Check.That(message.Label is > (ulong)ReplyCode.Ok and <= (ulong)ReplyCode.Failed);
        }

        Check.Equal(3L, new LedgerClient(channel).Add(3));
    });

    [GuestTest]
    public static void A_call_ends_when_its_token_or_its_time_says_so() => Kernel.LeavesNothing(() =>
    {
        using var endpoint = Endpoint.Create();
        using Channel channel = endpoint.CreateChannel();
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(30));
        Message message = default;
        Check.Equal(Status.Cancelled, channel.Call(ref message, cancellation.Token));
        Check.Equal(Status.Cancelled, channel.Call(ref message, cancellation.Token));
        using var hasty = new Channel(Kernel.Duplicate(endpoint.Value, HandleRights.Send)) { CallTimeout = TimeSpan.FromMilliseconds(10) };
        Check.Equal(Status.TimedOut, Check.Throws<MessageException>(() => new LedgerClient(hasty).Add(1)).Status);
    });

    [GuestTest]
    public static void A_service_that_goes_away_is_an_error_at_once() => Kernel.LeavesNothing(() =>
    {
        using var service = new LedgerService();
        using Channel channel = service.Endpoint.CreateChannel();
        service.Dispose();
        Check.Equal(Status.PeerClosed, Check.Throws<MessageException>(() => new LedgerClient(channel).Add(1)).Status);
    });

    [GuestTest]
    public static void Serving_tells_why_it_ended_also_after_an_answer_with_handles() => Kernel.LeavesNothing(() =>
    {
        using var endpoint = Endpoint.Create();
        using Channel channel = endpoint.CreateChannel();
        Status outcome = Status.Ok;
        Thread server = Kernel.Start("leaving server", () => outcome = endpoint.Serve(new LeavingService(endpoint)));
        Message message = default;
        message.Label = 1;
        Kernel.Succeeds(channel.Call(ref message));
        Kernel.Close(message.GetHandle(0));
        server.Join();
        Check.Equal(Status.BadHandle, outcome);
    });

    /// <summary>Closes its endpoint in its first call, and answers with a handle.</summary>
    private sealed class LeavingService(Endpoint endpoint) : IDispatcher
    {
        public void Dispatch(ref Message message, Span<byte> payload)
        {
            endpoint.Dispose();
            message.Label = (ulong)ReplyCode.Ok;
            message.AddHandle(Kernel.NewNotification());
        }
    }

    private sealed class LedgerService : ILedger, IDisposable
    {
        private readonly Thread[] _threads;
        private readonly uint[] _ids;
        private long _balance;

        /// <summary>Open, but while a test holds reversals up.</summary>
        public ManualResetEventSlim Gate { get; } = new(initialState: true);

        public int Reversals { get; private set; }

        /// <param name="mostShared">Bytes of shared memory, of which one thread takes care; 0: none, and two threads.</param>
        public LedgerService(int mostShared = 0)
        {
            _ids = new uint[mostShared > 0 ? 1 : 2];
            var dispatcher = new LedgerServer(this);
            _threads = [.. Enumerable.Range(0, _ids.Length).Select(i =>
                Kernel.Start($"ledger {i}", () => Serve(dispatcher, mostShared), out _ids[i]))];
        }

        public Endpoint Endpoint { get; } = Endpoint.Create();

        public void Dispose()
        {
            // Waiting threads are told so by the kernel; one that is on its way there finds no handle.
            Endpoint.Dispose();
            foreach (Thread thread in _threads)
                thread.Join();
        }

        private void Serve(LedgerServer dispatcher, int mostShared)
        {
            try
            {
                Endpoint.Serve(dispatcher, mostShared);
            }
            catch (ObjectDisposedException)
            {
                // The test was over before this thread had begun to serve.
            }
        }

        long ILedger.Add(long amount) => Interlocked.Add(ref _balance, amount);

        string ILedger.Describe(string name) => $"{name} has {_balance}";

        ulong ILedger.WhoAmI() => ServiceCall.Badge;

        Notification ILedger.Watch(Notification changed)
        {
            changed.Signal(1);
            return changed;
        }

        byte[] ILedger.Reverse(ReadOnlySpan<byte> bytes)
        {
            Reversals++;
            Gate.Wait();
            byte[] reversed = bytes.ToArray();
            Array.Reverse(reversed);
            return reversed;
        }

        void ILedger.Fail() => throw new InvalidOperationException("as asked");
    }
}
