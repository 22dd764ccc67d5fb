using System.Text;
using MicroLake.Bench.Guests;
using MicroLake.Bench.Report;
using MicroLake.Tool.Qemu;

namespace MicroLake.Bench.Devices;

/// <summary>A file of 1 MiB by <c>cat</c> to a virtio serial port, beside the same to the 16550.</summary>
public sealed class ConsoleBenchmark : IBenchmark
{
    private const int Rounds = 5;
    private const int Bytes = 1 << 20;
    private const int MemoryMiB = 512;

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    public string Name => "console";

    public string Summary => "1 MiB of text to a virtio serial port, beside the 16550";

    public IReadOnlyList<Figure> Run(BenchContext context)
    {
        if (context.CountInstructions)
        {
            context.Log.WriteLine($"{Name}: left out, what the host takes away takes no count of instructions");
            return [];
        }

        DirectoryInfo folder = Directory.CreateTempSubdirectory("microlake-bench-console");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "text"), new StringBuilder().Insert(0, new string('x', 63) + "\n", Bytes / 64).ToString());
            double[] virtio = new double[Rounds], serial = new double[Rounds];
            for (int round = 0; round < Rounds; round++)
            {
                context.Log.WriteLine($"{Name}: round {round + 1} of {Rounds}");
                virtio[round] = Time(context.Target, folder.FullName, "cat /host/text > /dev/console0.1");
                serial[round] = Time(context.Target, folder.FullName, "cat /host/text");
            }

            return [new Figure($"{Name}.cat_1mib", "ms", Spread.Of(virtio), new PeerFigure("16550", Spread.Of(serial)))];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static double Time(BenchTarget target, string folder, string command)
    {
        string port = Path.Combine(folder, "port");
        TimeSpan time = MicroLakeGuest.TimeOf(target, command, MemoryMiB, s_limit,
        [
            .. QemuArguments.SharedFolder(folder), "-chardev", $"file,id=port,path={QemuArguments.Escape(port)}",
            "-device", "virtio-serial-pci", "-device", "virtserialport,chardev=port,nr=1,name=port",
        ]);
        if (command.Contains('>', StringComparison.Ordinal) && new FileInfo(port).Length != Bytes)
            throw new BenchException($"'{command}': {new FileInfo(port).Length} of {Bytes} bytes came out");
        return time.TotalMilliseconds;
    }
}
