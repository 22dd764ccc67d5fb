using MicroLake.Bench.Guests;
using MicroLake.Bench.Report;
using MicroLake.Tool.Host;
using MicroLake.Tool.Qemu;

namespace MicroLake.Bench.Gpu;

/// <summary>Networks on the processor and on QEMU's GPU in the guest. There is no peer: no library of a bare Linux guest runs networks on this GPU.</summary>
public sealed class GpuBenchmark : IBenchmark
{
    private const int MemoryMiB = 512;

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(9);

    public string Name => "gpu";

    public string Summary => "networks in the guest by processor and by QEMU's GPU, at batches of 1 to 4096";

    public IReadOnlyList<Figure> Run(BenchContext context)
    {
        if (context.CountInstructions)
        {
            context.Log.WriteLine($"{Name}: left out, what the host's renderer does takes no count of instructions");
            return [];
        }

        PackageInstaller.Ensure(DebianPackage.ForVirgl);
        foreach ((string variable, string value) in QemuProcess.Environment(MicroLake.Tool.Qemu.Gpu.Virgl))
            Environment.SetEnvironmentVariable(variable, value);
        string output = MicroLakeGuest.Execute(context.Target, $"bench {Name} --json", MemoryMiB, countInstructions: false, s_limit, devices: QemuArguments.VirglGpu);
        context.Log.WriteLine($"{Name}: this GPU is llvmpipe on the host's processor, which computes in its own code while the guest's code is emulated; with KVM no small batch gains");
        return SideBySide.Join(GuestResults.Parse(output), []);
    }
}
