namespace MicroLake.Bench;

/// <summary>The product under measurement.</summary>
/// <param name="KernelElf">The kernel image, stripped.</param>
/// <param name="BootArchive">The tar archive it gets as its initial RAM disk.</param>
/// <param name="HostArchive">The tar archive that it shows as /host: programs that measure themselves.</param>
public sealed record BenchTarget(string KernelElf, string BootArchive, string HostArchive);
