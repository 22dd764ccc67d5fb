namespace MicroLake.Files;

/// <summary>Size of a terminal in character cells.</summary>
public readonly record struct TerminalSize(int Columns, int Rows)
{
    /// <summary>What a terminal has of which nothing else is known (the VT100's 80 by 24, and a status line).</summary>
    public static TerminalSize Default => new(80, 25);
}
