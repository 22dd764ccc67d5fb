namespace MicroLake.GuestTests;

/// <summary>A machine that the suites run on.</summary>
/// <param name="Name">Names the tests' results.</param>
/// <param name="InProcess">Runs the suites in ring 3, as a program that the product's shell starts.</param>
/// <param name="Checked">Boots the debug build, in which the nucleus checks itself (the order of its locks).</param>
public sealed record Profile(string Name, int Processors, int MemoryMiB, bool Checked = false, bool InProcess = false)
{
    public static readonly Profile[] All =
    [
        new("plain", 1, 512),
        new("mem128", 1, 128),
        new("smp4", 4, 2048),
        new("checked", 4, 512, Checked: true),
        new("process", 1, 512, InProcess: true),
        new("process-smp4", 4, 768, InProcess: true),
    ];
}
