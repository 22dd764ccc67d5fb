using MicroLake.Bench.Guests;
using MicroLake.Bench.Report;
using MicroLake.Storage;
using MicroLake.Tool.Qemu;

namespace MicroLake.Bench.Blocks;

/// <summary>Reads and writes of a disk past every cache, beside Linux on the same image.</summary>
public sealed class BlockBenchmark : IBenchmark
{
    private const int MiB = 1 << 20;
    private const int DiskMiB = 64;

    public string Name => "blk";

    public string Summary => "reads and writes of a disk in the guest, beside Linux";

    public IReadOnlyList<Figure> Run(BenchContext context)
    {
        if (context.CountInstructions)
        {
            context.Log.WriteLine($"{Name}: left out, what the host's disk does takes no count of instructions");
            return [];
        }

        string image = Path.GetTempFileName();
        try
        {
            // Bytes that are there: a hole would cost the host nothing to read.
            byte[] bytes = new byte[MiB];
            var random = new Random(1);
            using (FileStream file = File.Create(image))
            {
                for (int i = 0; i < DiskMiB; i++)
                {
                    random.NextBytes(bytes);
                    file.Write(bytes);
                }

                file.Position = 0;
                file.Write(ScratchDisk.Marker);
            }

            return GuestComparison.Run(context, Name, devices: QemuArguments.Disk(image));
        }
        finally
        {
            File.Delete(image);
        }
    }
}
