namespace MicroLake.GuestTests;

/// <summary>Where the suites run.</summary>
public static class Where
{
    /// <summary>True in the machine, false where the same suites are run against an ordinary .NET.</summary>
    public static bool InGuest { get; set; }

    /// <summary>A folder that may be written.</summary>
    public static string Temporary => InGuest ? "/tmp" : Path.GetTempPath().TrimEnd('/');

    /// <summary>Skips what only means something in the machine.</summary>
    public static void OnlyInGuest()
    {
        if (!InGuest)
            throw new SkipException("only in the guest: a host has this");
    }
}
