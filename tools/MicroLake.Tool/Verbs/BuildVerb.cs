using System.CommandLine;
using MicroLake.Tool.Host;
using MicroLake.Tool.Workspace;

namespace MicroLake.Tool.Verbs;

/// <summary><c>build</c>: the kernel ELF, and the archive that goes with it.</summary>
internal static class BuildVerb
{
    public static Command Create()
    {
        Option<string> project = MachineOptions.ProjectOption();
        Option<bool> force = new("--force") { Description = "Build even when no source changed" };
        Command command = new("build", "Build the bootable kernel and print its path") { project, force };
        command.SetAction(options =>
        {
            PackageInstaller.Ensure(DebianPackage.ForBuild);
            Console.WriteLine(ImageProject.At(options.GetRequiredValue(project)).Build(options.GetValue(force)));
            BootArchive.Make();
            return ExitCode.Success;
        });
        return command;
    }
}
