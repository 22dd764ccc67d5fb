using MicroLake.Sdk;

namespace MicroLake.HostTests.Sdk;

public enum Colour : byte
{
    Red = 1,
    Green = 2,
    Blue = 7,
}

[Flags]
public enum Access
{
    None = 0,
    Read = 1,
    Write = 2,
    Everything = 11,
}

/// <summary>A contract with every type of field.</summary>
[Contract("test", 3)]
public interface ITestContract
{
    int Add(int a, int b);

    void Nothing();

    ulong Mix(bool flag, byte b, sbyte s, char c, short h, ushort w, uint u, long l, float f, double d);

    Colour Paint(Colour colour, Access access);

    [return: MaxLength(20)]
    string Greet([MaxLength(16)] string name);

    [return: MaxLength(4000)]
    byte[] Reverse([MaxLength(4000)] ReadOnlySpan<byte> bytes);

    Handle Exchange(Handle first, Notification second);

    [Since(2)]
    int Later(int value);

    [Since(3)]
    [return: MaxLength(300)]
    string Last([MaxLength(8)] byte[] bytes);
}
