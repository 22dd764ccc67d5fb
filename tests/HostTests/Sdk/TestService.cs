using MicroLake.Sdk;

namespace MicroLake.HostTests.Sdk;

internal sealed class TestService : ITestContract
{
    /// <summary>Numbers of the handles that calls brought.</summary>
    public List<uint> Taken { get; } = [];

    public int Calls { get; private set; }

    public bool Throws { get; set; }

    /// <summary>The code by which it refuses every call.</summary>
    public ReplyCode Refuses { get; set; }

    public string Answer { get; set; } = "";

    public int Add(int a, int b) => Note(unchecked(a + b));

    public void Nothing() => Note(0);

    public ulong Mix(bool flag, byte b, sbyte s, char c, short h, ushort w, uint u, long l, float f, double d) =>
        Note(flag ? unchecked(b + (ulong)s + c + (ulong)h + w + u + (ulong)l) ^ BitConverter.SingleToUInt32Bits(f) ^ BitConverter.DoubleToUInt64Bits(d) : 0);

    public Colour Paint(Colour colour, Access access)
    {
        // Nothing else may get this far.
        Assert(Enum.IsDefined(colour) && ((int)access & ~11) == 0);
        return Note(colour);
    }

    public string Greet(string name)
    {
        Assert(System.Text.Encoding.UTF8.GetByteCount(name) <= 16);
        return Note(Answer.Length > 0 ? Answer : $"hi {name}");
    }

    public byte[] Reverse(ReadOnlySpan<byte> bytes)
    {
        Assert(bytes.Length <= 4000);
        byte[] reversed = bytes.ToArray();
        Array.Reverse(reversed);
        return Note(reversed);
    }

    public Handle Exchange(Handle first, Notification second)
    {
        Taken.Add(first.Detach());
        Taken.Add(second.Detach());
        return Note(new Handle(Taken[^2] + 1000));
    }

    public int Later(int value) => Note(value);

    public string Last(byte[] bytes) => Note(Convert.ToHexString(bytes));

    private T Note<T>(T result)
    {
        Calls++;
        if (Refuses != ReplyCode.Ok)
            throw new ContractException(Refuses, "test");
        return Throws ? throw new InvalidOperationException("the service is broken") : result;
    }

    private static void Assert(bool condition)
    {
        if (!condition)
            Xunit.Assert.Fail("an unchecked field reached the service");
    }
}
