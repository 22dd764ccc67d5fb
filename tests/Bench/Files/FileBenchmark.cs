using MicroLake.Bench.Guests;
using MicroLake.Bench.Report;
using MicroLake.Tool.Qemu;

namespace MicroLake.Bench.Files;

/// <summary>Files of a host folder in the guest, beside Linux's 9P without its cache on the same device.</summary>
public sealed class FileBenchmark : IBenchmark
{
    public string Name => "file";

    public string Summary => "files of a host folder in the guest, beside 9P on Linux";

    public IReadOnlyList<Figure> Run(BenchContext context)
    {
        if (context.CountInstructions)
        {
            context.Log.WriteLine($"{Name}: left out, what the host's disk does takes no count of instructions");
            return [];
        }

        DirectoryInfo folder = Directory.CreateTempSubdirectory("microlake-bench-file");
        try
        {
            return GuestComparison.Run(context, Name, devices: QemuArguments.SharedFolder(folder.FullName));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
