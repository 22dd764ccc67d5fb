namespace MicroLake.Abi;

/// <summary>
/// How a process's console is laid out in a memory object that it shares with whoever started it: two rings and a word of flags. The process
/// finds the handles under these names when it starts.
/// </summary>
public static class ConsoleChannel
{
    public const ulong Pages = 6;

    public const int OutputRing = 0;
    public const int InputRing = 256;

    /// <summary>A word: <see cref="IsTerminal"/>, <see cref="InputEnded"/>. Written by the starter.</summary>
    public const int Flags = 512;

    public const int OutputData = 4096;
    public const uint OutputLength = 16384;
    public const int InputData = OutputData + (int)OutputLength;
    public const uint InputLength = 4096;

    /// <summary>A person sits there: the process edits lines and may move the cursor.</summary>
    public const uint IsTerminal = 1;

    /// <summary>No more input will come.</summary>
    public const uint InputEnded = 2;

    /// <summary>Bits of the notification that the process signals: there is output; input was taken.</summary>
    public const ulong OutputWritten = 1;
    public const ulong InputTaken = 2;

    /// <summary>A bit that the starter sets for itself: nothing more will come.</summary>
    public const ulong Stop = 1ul << 63;
}
