using MicroLake.Bench.Guests;
using MicroLake.Bench.Report;
using MicroLake.Storage.Swap;
using MicroLake.Tool.Qemu;
using MicroLake.Tool.Workspace;

namespace MicroLake.Bench.Nucleus;

/// <summary>Pages on a swap disk that a program touches, which has half as much memory again as the machine, beside Linux on a disk of the same size and kind.</summary>
public sealed class SwapBenchmark : IBenchmark
{
    private const int MemoryMiB = 128;
    private const long DiskBytes = 512 << 20;

    public string Name => "swap";

    public string Summary => "pages that come from a swap disk in the guest, beside Linux";

    public IReadOnlyList<Figure> Run(BenchContext context)
    {
        if (context.CountInstructions)
        {
            context.Log.WriteLine($"{Name}: left out, what the host's disk does takes no count of instructions");
            return [];
        }

        DirectoryInfo folder = Directory.CreateTempSubdirectory("microlake-bench-swap");
        try
        {
            string ours = Path.Combine(folder.FullName, "lake.swap"), theirs = Path.Combine(folder.FullName, "linux.swap");
            using (var disk = DiskFile.Create(ours, DiskBytes))
                SwapFormat.Create(disk);
            using (FileStream image = File.Create(theirs))
                image.SetLength(DiskBytes);
            return GuestComparison.Run(
                context, Name, devices: [], ownDevices: (QemuArguments.Disk(ours), QemuArguments.Disk(theirs)), memoryMiB: MemoryMiB, command: "swap on blk0; bench mm.swap_in --json");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
