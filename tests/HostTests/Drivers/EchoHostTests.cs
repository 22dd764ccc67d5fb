using MicroLake.Drivers.Network;
using Xunit;

namespace MicroLake.HostTests.Drivers;

public sealed class EchoHostTests
{
    private static readonly byte[] s_hardware = [0x52, 0x54, 0, 0x12, 0x34, 0x56];
    private static readonly byte[] s_internet = [10, 0, 2, 15];

    /// <summary>Who has 10.0.2.15? Tell 10.0.2.2.</summary>
    private static readonly byte[] s_question = Convert.FromHexString(
        "ffffffffffff" + "525500000001" + "0806" + "0001080006040001" + "525500000001" + "0a000202" + "000000000000" + "0a00020f");

    /// <summary>An echo request with identifier 1, number 2 and the data "ping".</summary>
    private static readonly byte[] s_echo = Convert.FromHexString(
        "525400123456" + "525500000001" + "0800" + "4500002000010000ff01a3cb0a0002020a00020f" + "0800192c" + "00010002" + "70696e67");

    [Fact]
    public void Who_asks_for_the_address_gets_it()
    {
        byte[] answer = new byte[VirtioNetwork.LongestFrame];
        int length = Host().Answer(s_question, answer);
        Assert.Equal(
            "525500000001" + "525400123456" + "0806" + "0001080006040002" + "525400123456" + "0A00020F" + "525500000001" + "0A000202",
            Convert.ToHexString(answer.AsSpan(0, length)));
    }

    [Fact]
    public void Who_asks_for_an_echo_gets_it()
    {
        byte[] answer = new byte[VirtioNetwork.LongestFrame];
        int length = Host().Answer(s_echo, answer);
        Assert.Equal(s_echo.Length, length);
        Assert.Equal("525500000001525400123456" + "0800", Convert.ToHexString(answer.AsSpan(0, 14)));
        Assert.Equal("0A00020F0A000202", Convert.ToHexString(answer.AsSpan(26, 8)));
        Assert.Equal("0000212C" + "00010002" + "70696E67", Convert.ToHexString(answer.AsSpan(34, 12)));
    }

    [Fact]
    public void Questions_for_others_are_not_answered()
    {
        byte[] answer = new byte[VirtioNetwork.LongestFrame];
        byte[] question = [.. s_question];
        question[^1] = 16;
        Assert.Equal(0, Host().Answer(question, answer));
        byte[] echo = [.. s_echo];
        echo[33] = 16;
        Assert.Equal(0, Host().Answer(echo, answer));
    }

    [Fact]
    public void Whatever_comes_is_answered_whole_or_not_at_all()
    {
        EchoHost host = Host();
        var random = new Random(5);
        byte[] answer = new byte[VirtioNetwork.LongestFrame];
        int answered = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] frame = [.. random.Next(2) == 0 ? s_question : s_echo];
            for (int change = random.Next(4); change > 0; change--)
                frame[random.Next(frame.Length)] = (byte)random.Next(256);
            int length = host.Answer(frame.AsSpan(0, random.Next(3) == 0 ? random.Next(frame.Length + 1) : frame.Length), answer);
            Assert.InRange(length, 0, frame.Length);
            answered += length == 0 ? 0 : 1;
        }

        Assert.InRange(answered, 1000, 19_000);
    }

    private static EchoHost Host() => new(s_hardware, s_internet);
}
