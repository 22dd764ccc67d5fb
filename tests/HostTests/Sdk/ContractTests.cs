using MicroLake.Abi;
using MicroLake.Sdk;
using Xunit;

namespace MicroLake.HostTests.Sdk;

/// <summary>Generated clients and servers, which the generator has made for <see cref="ITestContract"/> in this assembly.</summary>
[Collection(nameof(ClosedHandles))]
public sealed class ContractTests : IDisposable
{
    private readonly ClosedHandles _closed = new();
    private readonly TestService _service = new();
    private readonly DirectChannel _channel;
    private readonly TestContractClient _client;

    public ContractTests()
    {
        _channel = new DirectChannel(new TestContractServer(_service), 8192);
        _client = new TestContractClient(_channel);
    }

    public void Dispose() => _closed.Dispose();

    [Fact]
    public void Values_arrive_as_they_were_sent()
    {
        Assert.Equal(-1, _client.Add(int.MaxValue, int.MinValue));
        _client.Nothing();
        Assert.Equal(
            _service.Mix(true, 200, -3, 'ß', -30000, 60000, 4_000_000_000, long.MinValue, 1.5f, double.NegativeInfinity),
            _client.Mix(true, 200, -3, 'ß', -30000, 60000, 4_000_000_000, long.MinValue, 1.5f, double.NegativeInfinity));
        Assert.Equal(Colour.Blue, _client.Paint(Colour.Blue, Access.Read | Access.Write | Access.Everything));
        Assert.Equal("hi Zoë 🐍", _client.Greet("Zoë 🐍"));
        Assert.Equal("", _client.Last([]));
        Assert.Equal("0102FF", _client.Last([1, 2, 255]));
    }

    [Fact]
    public void What_is_longer_than_a_message_travels_in_shared_memory()
    {
        byte[] bytes = [.. Enumerable.Range(0, 4000).Select(i => (byte)(i * 7))];
        Assert.Equal(bytes.Reverse(), _client.Reverse(bytes));
        Assert.Empty(_client.Reverse([]));
        var without = new TestContractClient(new DirectChannel(new TestContractServer(_service), 0));
        Assert.Throws<ArgumentException>(() => without.Reverse([1]));
    }

    [Fact]
    public void Handles_change_hands()
    {
        var first = new Handle(5);
        var second = new Notification(6);
        using Handle back = _client.Exchange(first, second);
        Assert.Equal([5u, 6u], _service.Taken);
        Assert.True(first.IsClosed && second.IsClosed);
        Assert.Equal(1005u, back.Value);
        first.Dispose();
        Assert.Empty(_closed.Numbers);
        back.Dispose();
        back.Dispose();
        Assert.Equal([1005u], _closed.Numbers);
    }

    [Fact]
    public void A_call_that_was_not_delivered_leaves_its_handles_with_the_client()
    {
        _channel.Status = Status.PeerFull;
        using var first = new Handle(5);
        using var second = new Notification(6);
        Assert.Equal(Status.PeerFull, Assert.Throws<MessageException>(() => _client.Exchange(first, second)).Status);
        Assert.False(first.IsClosed || second.IsClosed);
    }

    [Theory]
    [InlineData(ReplyCode.NotFound, "there is no such thing")]
    [InlineData(ReplyCode.NotPermitted, "may not do this")]
    public void A_service_refuses_a_call_with_a_code(ReplyCode code, string text)
    {
        _service.Refuses = code;
        ContractException refusal = Assert.Throws<ContractException>(() => _client.Add(1, 2));
        Assert.Equal(code, refusal.Code);
        Assert.Contains(text, refusal.Message, StringComparison.Ordinal);
        using var first = new Handle(5);
        using var second = new Notification(6);
        Assert.Equal(code, Assert.Throws<ContractException>(() => _client.Exchange(first, second)).Code);
    }

    [Fact]
    public void Too_long_arguments_are_the_callers_error()
    {
        Assert.Throws<ArgumentException>(() => _client.Greet("12345678901234567"));
        Assert.Throws<ArgumentException>(() => _client.Greet("\ud800"));
        Assert.Throws<ArgumentException>(() => _client.Last(new byte[9]));
        Assert.Throws<ArgumentException>(() => _client.Reverse(new byte[4001]));
        Assert.Equal(0, _service.Calls);
    }

    [Fact]
    public void A_service_that_fails_or_says_too_much_is_an_error_for_its_client()
    {
        _service.Answer = new string('x', 21);
        Assert.Equal(ReplyCode.Failed, Code(() => _client.Greet("a")));
        _service.Throws = true;
        Assert.Equal(ReplyCode.Failed, Code(() => _client.Add(1, 2)));
    }

    [Fact]
    public void Messages_of_others_are_refused()
    {
        _channel.OnCall = wire => wire.Message.Label ^= 1ul << 40;
        Assert.Equal(ReplyCode.UnknownContract, Code(() => _client.Add(1, 2)));
        _channel.OnCall = wire => wire.Message.Label = Version(wire.Message.Label, 4);
        Assert.Equal(ReplyCode.UnsupportedVersion, Code(() => _client.Add(1, 2)));
        _channel.OnCall = wire => wire.Message.Label = Version(wire.Message.Label, 0);
        Assert.Equal(ReplyCode.UnsupportedVersion, Code(() => _client.Add(1, 2)));
        _channel.OnCall = wire => wire.Message.Label |= 0xffff;
        Assert.Equal(ReplyCode.UnknownMethod, Code(() => _client.Add(1, 2)));
        Assert.Equal(0, _service.Calls);
    }

    [Fact]
    public void An_older_client_reaches_what_its_version_had()
    {
        _channel.OnCall = wire => wire.Message.Label = Version(wire.Message.Label, 1);
        Assert.Equal(3, _client.Add(1, 2));
        Assert.Equal(ReplyCode.UnknownMethod, Code(() => _client.Later(1)));
        _channel.OnCall = wire => wire.Message.Label = Version(wire.Message.Label, 2);
        Assert.Equal(1, _client.Later(1));
        Assert.Equal(ReplyCode.UnknownMethod, Code(() => _client.Last([1])));
    }

    [Fact]
    public void Fields_outside_of_their_bounds_are_refused()
    {
        _channel.OnCall = wire => wire.Message.Bytes[0] = 3;
        Assert.Equal(ReplyCode.BadMessage, Code(() => _client.Paint(Colour.Red, Access.None)));
        _channel.OnCall = wire => wire.Message.Bytes[1] = 4;
        Assert.Equal(ReplyCode.BadMessage, Code(() => _client.Paint(Colour.Red, Access.None)));
        _channel.OnCall = wire => wire.Message.Bytes[0] = 2;
        Assert.Equal(ReplyCode.BadMessage, Code(() => _client.Mix(true, 0, 0, 'a', 0, 0, 0, 0, 0, 0)));
        _channel.OnCall = wire => wire.Message.Bytes[0] = 17;
        Assert.Equal(ReplyCode.BadMessage, Code(() => _client.Greet("a")));
        _channel.OnCall = wire => wire.Message.Bytes[4] = 0xff;
        Assert.Equal(ReplyCode.BadMessage, Code(() => _client.Greet("a")));
        _channel.OnCall = wire => wire.Message[0] = 8193;
        Assert.Equal(ReplyCode.BadMessage, Code(() => _client.Reverse([1])));
        _channel.OnCall = wire => wire.Message[0]++;
        Assert.Equal(ReplyCode.BadMessage, Code(() => _client.Reverse([1])));
        Assert.Equal(0, _service.Calls);
    }

    [Fact]
    public void Handles_that_nobody_expected_are_closed()
    {
        _channel.OnCall = wire => wire.Message.AddHandle(77);
        Assert.Equal(ReplyCode.BadMessage, Code(() => _client.Add(1, 2)));
        Assert.Equal([77u], _closed.Numbers);
        _channel.OnCall = null;
        _channel.OnAnswer = wire => wire.Message.AddHandle(78);
        Assert.Equal(ReplyCode.BadMessage, Code(() => _client.Add(1, 2)));
        Assert.Equal([77u, 78u], _closed.Numbers);
    }

    [Fact]
    public void A_bad_answer_is_an_error()
    {
        _channel.OnAnswer = wire => wire.Message.Bytes[0] = 3;
        Assert.Equal(ReplyCode.BadMessage, Code(() => _client.Paint(Colour.Red, Access.None)));
        _channel.OnAnswer = wire => wire.Message.Label = 99;
        Assert.Equal((ReplyCode)99, Code(() => _client.Add(1, 2)));
        _channel.OnAnswer = wire => wire.Message[0] = ulong.MaxValue;
        Assert.Equal(ReplyCode.BadMessage, Code(() => _client.Reverse([1])));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_messages_end_in_an_answer_and_lose_no_handle(int seed)
    {
        var random = new Random(seed);
        var server = new TestContractServer(_service);
        byte[] payload = new byte[5000];
        ulong label = 0;
        _channel.OnCall = wire => label = wire.Message.Label;
        _client.Add(0, 0);
        // Numbers that no other test has: what it left may be finalized, and so closed, in the middle of this one.
        uint next = (uint)seed * 100_000_000;
        int accepted = 0;
        for (int i = 0; i < 200_000; i++)
        {
            Message message = default;
            message.Label = random.Next(20) == 0 ? (ulong)random.NextInt64() : (label & ~0xfffful) | (uint)random.Next(12);
            random.NextBytes(message.Bytes);
            // Small lengths and flags are more often right.
            for (int at = 0; at < 64; at++)
                if (random.Next(3) != 0)
                    message.Bytes[at] = (byte)random.Next(4);
            random.NextBytes(payload.AsSpan(0, 64));
            if (random.Next(3) == 0)
                message[0] = (ulong)random.Next(100);
            int handles = random.Next(4) == 0 ? random.Next(5) : random.Next(2) * 2;
            uint first = next;
            var sent = new List<uint>();
            for (int h = 0; h < handles; h++)
            {
                sent.Add(next);
                message.AddHandle(next++);
            }

            _closed.Numbers.Clear();
            _service.Taken.Clear();
            server.Dispatch(ref message, payload.AsSpan(0, random.Next(payload.Length)));
            Assert.True(message.Label <= (ulong)ReplyCode.Failed);
            if (message.Label == (ulong)ReplyCode.Ok)
                accepted++;
            else
                Assert.Equal(0u, message.HandleCount);
            Assert.Equal(sent, _closed.Numbers.Where(n => n >= first && n < next).Concat(_service.Taken).Order());
        }

        Assert.InRange(accepted, 1000, 199_000);
    }

    private static ulong Version(ulong label, ulong version) => (label & ~0xffff0000ul) | (version << 16);

    private static ReplyCode Code(Action call) => Assert.Throws<ContractException>(call).Code;
}
