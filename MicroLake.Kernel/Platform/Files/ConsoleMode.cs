namespace MicroLake.Platform.Files;

/// <summary>How the console treats what passes through it.</summary>
public static class ConsoleMode
{
    /// <summary>
    /// True while a script runs whose output another program reads: bytes go out unchanged, standard input is at its
    /// end, and the descriptors are no terminal. Set it before the first use of <see cref="Console"/>, which
    /// remembers what it finds.
    /// </summary>
    public static bool Raw
    {
        get => PlatformFiles.Console.Raw;
        set => PlatformFiles.Console.Raw = value;
    }
}
