using System.Buffers;
using System.Text;
using MicroLake.Files;
using Xunit;

namespace MicroLake.HostTests.Files;

/// <summary>The console as a terminal: where the cursor is, what is answered locally, what goes over the wire.</summary>
public sealed class TerminalTests
{
    [Theory]
    [InlineData("abc", 3, 0)]
    [InlineData("abc\r\nd", 1, 1)]
    [InlineData("a\tb", 9, 0)]
    [InlineData("abc\b\b", 1, 0)]
    [InlineData("\e[5;10H", 9, 4)]
    [InlineData("\e[H", 0, 0)]
    [InlineData("\e[999;999H", 79, 24)]
    [InlineData("\e[3;3H\e[A\e[2C\e[B\e[D", 3, 2)]
    [InlineData("\e[5;5H\e7\e[1;1H\e8", 4, 4)]
    [InlineData("\e[5;5H\e[sx\e[u", 4, 4)]
    [InlineData("\e[20G", 19, 0)]
    [InlineData("\e[20d", 0, 19)]
    [InlineData("\e[1;31mred\e[0m", 3, 0)]
    [InlineData("\e]0;title\aab", 2, 0)]
    [InlineData("\e]0;title\e\\ab", 2, 0)]
    [InlineData("\e(Bab", 2, 0)]
    [InlineData("\e[?25lab", 2, 0)]
    [InlineData("äö", 2, 0)]
    [InlineData("水", 2, 0)]
    [InlineData("e\u0301", 1, 0)]
    [InlineData("\e[K\e[2J", 0, 0)]
    [InlineData("\e[3\e[5;6H", 5, 4)]
    [InlineData("\e\e[5;6H", 5, 4)]
    public void The_cursor_is_followed(string text, int column, int row)
    {
        TerminalTracker tracker = new(TerminalSize.Default);
        tracker.Process(Encoding.UTF8.GetBytes(text), new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
        Assert.Equal((column, row), (tracker.Column, tracker.Row));
    }

    [Fact]
    public void The_last_column_wraps_with_the_next_character()
    {
        Assert.Equal("\e[1;80R", Replies(new string('x', 80) + "\e[6n"));
        Assert.Equal("\e[2;2R", Replies(new string('x', 81) + "\e[6n"));
        Assert.Equal("\e[25;1R", Replies(string.Concat(Enumerable.Repeat("\r\n", 100)) + "\e[6n"));
    }

    [Fact]
    public void A_query_is_answered_and_not_sent_even_in_pieces()
    {
        TerminalTracker tracker = new(TerminalSize.Default);
        ArrayBufferWriter<byte> output = new(), replies = new();
        foreach (byte value in "ab\e[6ncd\e[1mz"u8)
            tracker.Process([value], output, replies);
        Assert.Equal("abcd\e[1mz", Encoding.ASCII.GetString(output.WrittenSpan));
        Assert.Equal("\e[1;3R", Encoding.ASCII.GetString(replies.WrittenSpan));
    }

    [Fact]
    public void Any_bytes_pass_unchanged_but_for_queries()
    {
        Random random = new(3);
        for (int round = 0; round < 2000; round++)
        {
            byte[] noise = new byte[random.Next(200)];
            random.NextBytes(noise);
            for (int i = 0; i < noise.Length; i++)
                if (random.Next(4) == 0)
                    noise[i] = "\e[];0123HmR\\"u8[random.Next(12)];
            TerminalTracker tracker = new(new TerminalSize(10, 4));
            ArrayBufferWriter<byte> output = new(), replies = new();
            tracker.Process(noise, output, replies);
            tracker.Process("\u0018xxxx\u0018"u8, output, replies);
            byte[] sent = [.. noise, .. "\u0018xxxx\u0018"u8];
            Assert.Equal(sent, output.WrittenSpan.ToArray());
            Assert.InRange(tracker.Column, 0, 9);
            Assert.InRange(tracker.Row, 0, 3);
        }
    }

    [Fact]
    public void The_device_translates_line_ends_and_answers_before_the_wire()
    {
        FakePort port = new();
        ConsoleDevice console = new(port);
        Assert.Equal(Errno.None, console.Write("a\nb\e[6n"u8, out int count));
        Assert.Equal(7, count);
        Assert.Equal("a\r\nb", port.Sent);
        Assert.True(console.IsReadable);
        byte[] buffer = new byte[16];
        Assert.Equal("\e[2;2R", Encoding.ASCII.GetString(buffer, 0, console.Read(buffer, -1)));
        Assert.Equal(0, console.Read(buffer, 0));
    }

    [Fact]
    public void Raw_mode_is_a_plain_stream_without_input()
    {
        FakePort port = new();
        port.Keys.Enqueue((byte)'x');
        ConsoleDevice console = new(port) { Raw = true };
        console.Write("a\n\e[6n"u8, out _);
        Assert.Equal("a\n\e[6n", port.Sent);
        Assert.False(console.IsTerminal);
        Assert.Equal(0, console.Read(new byte[4], -1));
    }

    [Fact]
    public void Control_C_interrupts_who_listens_and_is_a_character_otherwise()
    {
        FakePort port = new();
        int interrupts = 0;
        ConsoleDevice console = new(port) { OnInterrupt = () => ++interrupts > 0 };
        byte[] buffer = new byte[8];
        port.Type("a\u0003b");
        Assert.Equal("ab", Encoding.ASCII.GetString(buffer, 0, console.Read(buffer, -1)));
        Assert.Equal(1, interrupts);
        port.Type("\u0003");
        console.InterruptOnControlC = false;
        Assert.Equal(1, console.Read(buffer, -1));
        port.Type("\u0003");
        console.InterruptOnControlC = true;
        console.OnInterrupt = () => false;
        Assert.Equal(1, console.Read(buffer, -1));
        Assert.Equal(1, interrupts);
    }

    [Fact]
    public void A_new_size_is_announced_once()
    {
        ConsoleDevice console = new(new FakePort());
        int changes = 0;
        console.SizeChanged += () => changes++;
        console.Size = new TerminalSize(100, 30);
        console.Size = new TerminalSize(100, 30);
        Assert.Equal(1, changes);
        Assert.Throws<ArgumentOutOfRangeException>(() => console.Size = new TerminalSize(0, 30));
    }

    private static string Replies(string text)
    {
        ArrayBufferWriter<byte> replies = new();
        new TerminalTracker(TerminalSize.Default).Process(Encoding.UTF8.GetBytes(text), new ArrayBufferWriter<byte>(), replies);
        return Encoding.ASCII.GetString(replies.WrittenSpan);
    }

    private sealed class FakePort : IConsolePort
    {
        private readonly StringBuilder _sent = new();

        public Queue<byte> Keys { get; } = new();

        public string Sent => _sent.ToString();

        public bool IsReadable => Keys.Count > 0;

        public void Type(string keys)
        {
            foreach (char key in keys)
                Keys.Enqueue((byte)key);
        }

        public int Read(Span<byte> buffer, long timeoutNanoseconds)
        {
            int count = 0;
            while (count < buffer.Length && Keys.TryDequeue(out byte key))
                buffer[count++] = key;
            return count;
        }

        public void Write(ReadOnlySpan<byte> data) => _sent.Append(Encoding.UTF8.GetString(data));
    }
}
