using MicroLake.Benchmarks;
using MicroLake.Hosting;
using MicroLake.Platform.Files;
using MicroLake.Shell;

namespace MicroLake.Kernel;

/// <summary>The product: a kernel whose one program is the shell, on the console or over a script.</summary>
public sealed class LakeKernel : Cosmos.Kernel.System.Kernel
{
    private LakeShell _shell = null!;

    protected override void BeforeRun()
    {
        var commands = new CommandSet();
        AllCommands.AddTo(commands);
        ShellServices services = new ShellServices()
            .Add<ISystemInformation>(new SystemInformation(KernelStartup.Machine))
            .Add(GuestBenchmarks.All());
        _shell = new LakeShell(commands, services);
    }

    protected override void Run()
    {
        using Stream output = Console.OpenStandardOutput();
        if (KernelStartup.Script is { } script)
        {
            _ = ExecProtocol.Run(_shell, script, output);
        }
        else
        {
            using Stream input = Console.OpenStandardInput();
            _shell.RunInteractive(new StreamTerminal(input, output, () => PlatformFiles.Console.Size));
        }

        if (_shell.RequestedPowerAction == PowerAction.Reboot)
            KernelStartup.Machine.Reboot();
        Stop();
    }
}
