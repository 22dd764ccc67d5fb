namespace MicroLake.Abi;

/// <summary>
/// What a process finds at the address in the first argument of its main thread. After the fixed part come <see cref="ArgumentCount"/> texts,
/// <see cref="VariableCount"/> texts of the form NAME=VALUE, and <see cref="HandleCount"/> times a handle (4 bytes) and its name; each text
/// is UTF-8 and ended by a zero byte, and nothing is aligned. The program's own name is the first argument.
/// </summary>
public unsafe struct StartInformation
{
    public const uint CurrentVersion = 1;

    /// <summary>Bytes of the fixed part.</summary>
    public const int FixedBytes = 24;

    public uint Version;

    /// <summary>Bytes of the whole block.</summary>
    public uint Bytes;
    public uint ArgumentCount;
    public uint VariableCount;
    public uint HandleCount;
    public uint Padding;

    /// <summary>The first of the texts.</summary>
    public static byte* FirstText(StartInformation* start) => (byte*)start + FixedBytes;

    /// <summary>What follows a text.</summary>
    public static byte* Behind(byte* text)
    {
        while (*text != 0)
            text++;
        return text + 1;
    }
}
