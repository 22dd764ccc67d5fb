namespace MicroLake.GuestTests;

/// <summary>A machine that the suites run on.</summary>
/// <param name="Name">Names the tests' results.</param>
public sealed record Profile(string Name, int Processors, int MemoryMiB)
{
    public static readonly Profile[] All =
    [
        new("plain", 1, 512),
        new("mem128", 1, 128),
        new("smp4", 4, 2048),
    ];
}
