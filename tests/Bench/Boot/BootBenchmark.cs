using MicroLake.Bench.Guests;
using MicroLake.Bench.Linux;
using MicroLake.Bench.Report;
using MicroLake.ImageTool.Elf;
using MicroLake.ImageTool.Sizes;

namespace MicroLake.Bench.Boot;

/// <summary>
/// From the start of QEMU to the prompt, and what QEMU then takes of the host; beside Debian's cloud kernel to the
/// first line of a process 1 that does nothing else.
/// </summary>
public sealed class BootBenchmark : IBenchmark
{
    private const int Rounds = 5;
    private const int MemoryMiB = 512;
    private const string Peer = "linux-cloud";

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(3);

    public string Name => "boot";

    public string Summary => "time to the prompt, memory, idle load, beside Linux";

    public IReadOnlyList<Figure> Run(BenchContext context)
    {
        if (context.CountInstructions)
            context.Log.WriteLine("boot: measured by the clock; a boot has no instruction count of its own");
        var ours = new Samples();
        var linux = new Samples();
        for (int round = 1; round <= Rounds; round++)
        {
            context.Log.WriteLine($"boot: round {round} of {Rounds}");
            using (QemuGuest guest = MicroLakeGuest.StartInteractive(context.Target, MemoryMiB, s_limit))
                ours.Take(guest, MicroLakeGuest.Prompt);
            if (!context.WithPeers)
                continue;
            using (QemuGuest guest = context.Linux.StartIdle(MemoryMiB, s_limit))
                linux.Take(guest, LinuxGuest.InitMark);
        }
        LoadedSize image = SizeReport.Loaded(ElfFile.Open(context.Target.KernelElf));
        return
        [
            Beside("boot.prompt", "ms", ours.Milliseconds, linux.Milliseconds),
            Beside("boot.rss", "bytes", ours.ResidentBytes, linux.ResidentBytes),
            Beside("boot.image_loaded_bytes", "bytes", [image.MemoryBytes], context.WithPeers ? LoadedBytes(context.Linux.Kernel) : []),
            Beside("boot.idle_cpu", "percent", ours.IdlePercent, linux.IdlePercent),
        ];
    }

    private static Figure Beside(string name, string unit, IReadOnlyList<double> ours, IReadOnlyList<double> peer) =>
        new(name, unit, Spread.Of(ours), peer.Count == 0 ? null : new PeerFigure(Peer, Spread.Of(peer)));

    private static double[] LoadedBytes(string kernel)
    {
        try
        {
            return [SizeReport.Loaded(ElfFile.Open(kernel)).MemoryBytes];
        }
        catch (ElfException)
        {
            // The compressed image tells nothing about what it loads.
            return [];
        }
    }

    private sealed class Samples
    {
        public List<double> Milliseconds { get; } = [];

        public List<double> ResidentBytes { get; } = [];

        public List<double> IdlePercent { get; } = [];

        public void Take(QemuGuest guest, string mark)
        {
            Milliseconds.Add(guest.WaitFor(mark).TotalMilliseconds);
            ResidentBytes.Add(guest.ResidentBytes());
            IdlePercent.Add(guest.ProcessorShare(s_idle));
        }
    }
}
