using System.Text;
using MicroLake.Tool.Protocol;
using Xunit;

namespace MicroLake.HostTests.Tool;

public sealed class ApcScannerTests
{
    [Theory]
    [InlineData("plain", "plain|")]
    [InlineData("a\e_ML;begin\e\\b", "a b|begin")]
    [InlineData("\e_ML;end;0\e\\", "|end;0")]
    [InlineData("\e[31mred\e[0m", "\e[31mred\e[0m|")]
    [InlineData("\e_other\e\\", "\e_other\e\\|")]
    [InlineData("\e_never closed", "\e_never closed|")]
    [InlineData("\e_never closed\e", "\e_never closed\e|")]
    [InlineData("trailing\e", "trailing\e|")]
    [InlineData("\e\e_ML;x\e\\", "\e|x")]
    [InlineData("\e_lost\e_ML;x\e\\", "\e_lost|x")]
    [InlineData("\e_lost\e[1m", "\e_lost\e[1m|")]
    [InlineData("\e_lost\e\e_ML;x\e\\", "\e_lost\e|x")]
    public void Data_and_messages_are_told_apart(string stream, string expected)
    {
        (string data, string messages) = Scan(stream, stream.Length);
        Assert.Equal(expected.Replace("a b", "ab"), $"{data}|{messages}");
    }

    [Fact]
    public void Reads_may_be_cut_anywhere()
    {
        const string stream = "SeaBIOS\r\n\e[2J\e_ML;begin\e\\out\e_x\e\\put\e_ML;end;7\e\\\e_";
        (string, string) whole = Scan(stream, stream.Length);
        Assert.Equal(("SeaBIOS\r\n\e[2Jout\e_x\e\\put\e_", "begin,end;7"), whole);
        for (int first = 0; first <= stream.Length; first++)
            for (int size = 1; size <= 7; size++)
                Assert.Equal(whole, Scan(stream, size, first));
    }

    [Fact]
    public void Bytes_that_are_not_text_pass_unchanged()
    {
        byte[] all = [.. Enumerable.Range(0, 512).Select(i => (byte)i)];
        MemoryStream data = new();
        ApcScanner scanner = new(bytes => data.Write(bytes), message => throw new InvalidOperationException(message));
        scanner.Feed(all);
        scanner.Finish();
        Assert.Equal(all, data.ToArray());
    }

    [Fact]
    public void An_endless_message_becomes_data_and_the_next_one_is_read()
    {
        string endless = "\e_ML;" + new string('x', ApcScanner.MaxMessageBytes + 10);
        (string data, string messages) = Scan(endless + "\e_ML;end;0\e\\", 4096);
        Assert.Equal(endless, data);
        Assert.Equal("end;0", messages);
    }

    [Fact]
    public void A_message_that_is_refused_is_data_byte_for_byte()
    {
        byte[] stream = [.. "a\e_ML;\u00e9"u8, 0xff, 0x80, .. "\e\\b"u8];
        MemoryStream data = new();
        ApcScanner scanner = new(bytes => data.Write(bytes), _ => false);
        scanner.Feed(stream);
        scanner.Finish();
        Assert.Equal(stream, data.ToArray());
    }

    private static (string Data, string Messages) Scan(string stream, int size, int first = 0)
    {
        StringBuilder data = new();
        List<string> messages = [];
        ApcScanner scanner = new(bytes => data.Append(Encoding.Latin1.GetString(bytes)), message =>
        {
            messages.Add(message);
            return true;
        });
        byte[] bytes = Encoding.Latin1.GetBytes(stream);
        scanner.Feed(bytes.AsSpan(0, first));
        foreach (byte[] part in bytes.Skip(first).Chunk(Math.Max(1, size)))
            scanner.Feed(part);
        scanner.Finish();
        return (data.ToString(), string.Join(',', messages));
    }
}
