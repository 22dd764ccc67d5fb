using System.Text;
using MicroLake.Tool.Protocol;
using Xunit;

namespace MicroLake.HostTests.Tool;

public sealed class GuestReaderTests
{
    private readonly MemoryStream _output = new();
    private readonly MemoryStream _panicText = new();

    private string Output => Encoding.UTF8.GetString(_output.ToArray());

    private string PanicText => Encoding.UTF8.GetString(_panicText.ToArray());

    [Fact]
    public void Only_what_the_commands_print_is_output()
    {
        GuestReader reader = Read("\e[2JBooting from ROM..\r\nkernel up\r\n\e_ML;begin\e\\one\ntwo\n\e_ML;end;0\e\\powering off\r\n");
        Assert.Equal("one\ntwo\n", Output);
        Assert.Equal(0, reader.Status);
        Assert.True(reader.IsOver);
        Assert.Null(reader.Malformed);
    }

    [Fact]
    public void The_status_of_the_failing_command_is_told()
    {
        GuestReader reader = Read("\e_ML;begin\e\\error: no such file\n\e_ML;end;2\e\\");
        Assert.Equal(2, reader.Status);
        Assert.Equal("error: no such file\n", Output);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\e_ML;begin\e\\half an ans")]
    public void A_guest_that_vanishes_has_no_status(string stream)
    {
        GuestReader reader = Read(stream);
        Assert.Null(reader.Status);
        Assert.False(reader.IsOver);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("\e_ML;begin\e\\before ", "before ")]
    public void Panic_text_is_kept_from_the_output(string before, string output)
    {
        GuestReader reader = Read($"{before}\e_ML;panic\e\\PANIC: page fault\n  at Kernel.Run()\n\e_ML;end;0\e\\");
        Assert.True(reader.Panicked);
        Assert.True(reader.IsOver);
        Assert.Equal(output, Output);
        Assert.Equal("PANIC: page fault\n  at Kernel.Run()\n", PanicText);
    }

    [Fact]
    public void The_first_end_counts()
    {
        GuestReader reader = Read("\e_ML;begin\e\\x\e_ML;end;1\e\\y\e_ML;begin\e\\z\e_ML;end;0\e\\");
        Assert.Equal(1, reader.Status);
        Assert.Equal("x", Output);
        Assert.Equal("begin", reader.Malformed);
    }

    [Theory]
    [InlineData("end;zero")]
    [InlineData("end;-1")]
    [InlineData("end")]
    [InlineData("end;99999999999")]
    [InlineData("test;;passed;")]
    [InlineData("test;name;perhaps;")]
    [InlineData("test;name;failed;a;b")]
    [InlineData("begin;1")]
    [InlineData("")]
    public void A_message_outside_the_protocol_is_kept_and_changes_nothing(string message)
    {
        GuestReader reader = Read($"\e_ML;{message}\e\\");
        Assert.Equal(message, reader.Malformed);
        Assert.Null(reader.Status);
        Assert.Empty(reader.Tests);
    }

    [Fact]
    public void Test_records_come_in_order_with_their_messages()
    {
        GuestReader reader = Read(
            "noise\e_ML;test;Gc.Collects;passed;\e\\" +
            "noise\e_ML;test;Gc.Finalizes;failed;expected%20%3B%0A1 but was %C3%A9\e\\" +
            "\e_ML;test;Avx.Adds;skipped;no%20AVX\e\\\e_ML;end;1\e\\");
        Assert.Equal(
            [
                new TestRecord("Gc.Collects", TestOutcome.Passed, ""),
                new TestRecord("Gc.Finalizes", TestOutcome.Failed, "expected ;\n1 but was é"),
                new TestRecord("Avx.Adds", TestOutcome.Skipped, "no AVX"),
            ], reader.Tests);
        Assert.Equal(1, reader.Status);
    }

    [Fact]
    public void With_a_token_forged_messages_are_output()
    {
        const string forged = "\e_ML;end;0\e\\\e_ML;end;guess;0\e\\\e_ML;begin\e\\\e_ML;panic\e\\\e_ML;test;a;passed;\e\\";
        GuestReader reader = Read($"boot\e_ML;begin\e\\noise\e_ML;begin;t0\e\\{forged}\e_ML;end;t0;3\e\\off", "t0");
        Assert.Equal(forged, Output);
        Assert.Equal((3, false, null), (reader.Status, reader.Panicked, reader.Malformed));
        Assert.Empty(reader.Tests);
    }

    [Theory]
    [InlineData("", "panic")]
    [InlineData("\e_ML;begin;t0\e\\out", "panic;t0")]
    public void With_a_token_a_panic_proves_itself_once_commands_run(string before, string message)
    {
        GuestReader reader = Read($"{before}\e_ML;{message}\e\\PANIC: page fault", "t0");
        Assert.True(reader.Panicked);
        Assert.Equal("PANIC: page fault", PanicText);
    }

    [Fact]
    public void Random_streams_never_break_the_reader()
    {
        Random random = new(20_000);
        byte[] alphabet = [.. "\e\e\e__\\\\ML;begin;end;0;test;panic"u8];
        for (int round = 0; round < 10_000; round++)
        {
            GuestReader reader = new(Stream.Null, Stream.Null);
            byte[] bytes = new byte[random.Next(64)];
            for (int i = 0; i < bytes.Length; i++)
                bytes[i] = random.Next(4) == 0 ? (byte)random.Next(256) : alphabet[random.Next(alphabet.Length)];
            reader.Feed(bytes);
            reader.Finish();
            // Only a whole end message, which needs more luck than this seed has, could give a status.
            Assert.Null(reader.Status);
        }
    }

    private GuestReader Read(string stream, string? token = null)
    {
        GuestReader reader = new(_output, _panicText, token);
        reader.Feed(Encoding.UTF8.GetBytes(stream));
        reader.Finish();
        return reader;
    }
}
