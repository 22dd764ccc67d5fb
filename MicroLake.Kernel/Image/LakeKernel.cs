using MicroLake.Benchmarks;
using MicroLake.Drivers;
using MicroLake.Drivers.Block;
using MicroLake.Drivers.Gpu;
using MicroLake.Hosting;
using MicroLake.Nn.Gpu.Placement;
using MicroLake.Nn.Gpu.Sharing;
using MicroLake.Platform.Files;
using MicroLake.Services.Files;
using MicroLake.Services.Supervision;
using MicroLake.Shell;
using MicroLake.Shell.Programs;

namespace MicroLake.Kernel;

/// <summary>The product: a kernel whose one program is the shell, on the console or over a script.</summary>
public sealed class LakeKernel : Cosmos.Kernel.System.Kernel
{
    private LakeShell _shell = null!;
    private DataDisks _disks = null!;

    protected override void BeforeRun()
    {
        DeviceStartup.Run();
        _disks = new DataDisks(DeviceRegistry.Current.All<VirtioBlock>(), KernelStartup.Machine.Log);
        _disks.Start();
        var swap = new SwapSpace(DeviceRegistry.Current.All<VirtioBlock>(), _disks, ServiceLog.Write);
        var commands = new CommandSet();
        AllCommands.AddTo(commands);
        BenchmarkSet benchmarks = GuestBenchmarks.InGuest().Add(new PageFault()).Add(new FeatureCommit()).Add(new HookCall()).Add(new ModelDecision(15, 10)).Add(new ModelDecision(30, 24)).Add(new ModuleSwap())
            .Add(new ModuleLoad("mm-reuse")).Add(new ModuleLoad("pick-burst"));
        IReadOnlyList<IGuestBenchmark> withPrograms = BenchProgram.Messages.IsThere ? [new ProcessStart(), new JobMix(), .. ProcessMessages.All(), .. SwappedIn.All(swap)] : [];
        foreach (IGuestBenchmark benchmark in withPrograms.Concat(FileTransfer.All()).Concat(FolderFiles.All()).Concat(DiskTransfer.All()))
            _ = benchmarks.Add(benchmark);
        var supervisor = new Supervisor(ServiceLog.Write);
        _ = TemporaryFiles.TryMount(supervisor, ServiceLog.Write);
        GpuService? gpu = GpuService.Find(DeviceRegistry.Current.All<VirtioGpu>());
        ComputeStartup.Run(supervisor, gpu);
        ShellServices services = new ShellServices()
            .Add(supervisor)
            .Add<ISystemInformation>(new SystemInformation(KernelStartup.Machine, _disks, swap, gpu))
            .Add<IDisks>(_disks)
            .Add<ISwap>(swap)
            .Add<ITracing>(new Tracing())
            .Add(benchmarks);
        if (Display.TryStart(DeviceRegistry.Current.All<VirtioGpu>()) is { } display)
            _ = services.Add<IScreen>(display);
        if (gpu is not null)
        {
            services.Add(gpu).Add<PlacementDecision>(GpuPlacement.Decide);
            GuestBenchmarks.AddGpu(benchmarks, gpu, GpuPlacement.Decide);
        }

        _shell = new LakeShell(commands, services);
    }

    protected override void Run()
    {
        if (KernelStartup.Script is { } script)
        {
            using Stream output = Console.OpenStandardOutput();
            _ = ExecProtocol.Run(_shell, script, output, KernelStartup.Token);
        }
        else
        {
            _shell.RunInteractive(StreamTerminal.Open(
                "/dev/tty", () => PlatformFiles.Console.Size, size => PlatformFiles.Console.Size = size));
        }

        _disks.Stop();
        if (_shell.RequestedPowerAction == PowerAction.Reboot)
            KernelStartup.Machine.Reboot();
        Stop();
    }
}
