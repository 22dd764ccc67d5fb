namespace MicroLake.Shell.Commands;

/// <summary>The dashboard's colours, 0xRRGGBB.</summary>
internal static class Colour
{
    public const uint Background = 0x10161d;
    public const uint Panel = 0x19222c;
    public const uint Track = 0x2a3644;
    public const uint Text = 0xdde4ec;
    public const uint Dim = 0x8796a6;
    public const uint Accent = 0x35b9a4;
    public const uint Blue = 0x5b9bea;
    public const uint Green = 0x8fc866;
    public const uint Yellow = 0xe8b04a;
    public const uint Red = 0xe0605a;
    public const uint Violet = 0xb98ae0;

    /// <summary>The colour of a processor's use, from 0 to 1.</summary>
    public static uint Of(double use) => use switch
    {
        < 0.6 => Accent,
        < 0.9 => Yellow,
        _ => Red,
    };
}
