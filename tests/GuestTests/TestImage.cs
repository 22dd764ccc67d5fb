using MicroLake.Tool.Protocol;
using MicroLake.Tool.Qemu;
using MicroLake.Tool.Workspace;

namespace MicroLake.GuestTests;

/// <summary>The image with the suites, built once however often it is booted.</summary>
public static class TestImage
{
    private static readonly ImageProject s_project = ImageProject.At("tests/GuestTests/Image");

    // A build that fails is not tried again for the next boot: its error is kept.
    private static readonly Lazy<BootSource> s_boot = new(() => Boot(s_project));
    private static readonly Lazy<BootSource> s_checkedBoot = new(() => Boot(s_project with { Configuration = "Debug" }));

    private static readonly Lazy<Accelerator> s_accelerator = new(AcceleratorProbe.Choose);

    private static readonly Lazy<BootSource> s_product = new(() => Boot(ImageProject.Kernel));
    private static readonly Lazy<string> s_probe = new(() => ImageProject.At("tests/Programs/Probe").Build());
    private static readonly Lazy<string> s_echo = new(() => ImageProject.At("tests/Programs/EchoService").Build());
    private static readonly Lazy<string> s_program = new(() => ImageProject.At("tests/GuestTests/Process").Build());

    private static BootSource Boot(ImageProject project) => new BootSource.Kernel(project.Build(), BootArchive.Make());

    /// <summary>What lies under /host: programs to try processes and services with, or the suites as a program and a script that runs it.</summary>
    private static Dictionary<string, string> Share(Profile profile, IReadOnlyList<string> options, RunFolder folder)
    {
        string archive = folder.File("host.tar");
        var files = new Dictionary<string, string> { [GuestFile.HostArchive] = archive };
        using TarArchive tar = new(archive);
        if (!profile.InProcess)
        {
            tar.AddFile("probe.elf", s_probe.Value);
            tar.AddFile("echo.elf", s_echo.Value);
            return files;
        }

        tar.AddFile("tests.elf", s_program.Value);
        files[GuestFile.Exec] = folder.File("exec");
        File.WriteAllText(files[GuestFile.Exec], string.Join(' ', ["run /host/tests.elf", .. options]));
        return files;
    }

    /// <summary>Boots it and follows it until it has left or the time is over.</summary>
    /// <param name="options">Kernel options, <c>key=value</c>; arguments of the program where the suites are one.</param>
    /// <param name="log">The serial log.</param>
    /// <param name="commandLine">The loader's command line.</param>
    /// <exception cref="Tool.ToolException">The image cannot be built or started.</exception>
    public static BatchResult Run(Profile profile, IReadOnlyList<string> options, TimeSpan limit, GuestReader reader, out string log, string commandLine = "")
    {
        using RunFolder folder = new($"guest-tests-{profile.Name}");
        log = folder.Log;
        Machine machine = new()
        {
            Boot = (profile.InProcess ? s_product : profile.Checked ? s_checkedBoot : s_boot).Value,
            Files = Share(profile, options, folder),
            Accelerator = s_accelerator.Value,
            Processors = profile.Processors,
            MemoryMiB = profile.MemoryMiB,
            KernelOptions = profile.InProcess ? [] : options,
            ExtraArguments = commandLine.Length == 0 ? [] : ["-append", commandLine],
        };
        return new BatchSession { Timeout = limit }
            .Run(QemuArguments.For(machine, SerialConsole.OnPipes(folder.Log), folder.Path), reader);
    }
}
