using System.CommandLine;
using MicroLake.Tool.Host;
using MicroLake.Tool.Workspace;

namespace MicroLake.Tool.Verbs;

/// <summary><c>iso</c>: one image that boots by BIOS and by UEFI.</summary>
internal static class IsoVerb
{
    public static Command Create()
    {
        Option<string> project = MachineOptions.ProjectOption();
        Command command = new("iso", "Make the bootable ISO (BIOS and UEFI) and print its path") { project };
        command.SetAction(options =>
        {
            PackageInstaller.Ensure([.. DebianPackage.ForBuild, .. DebianPackage.ForIso]);
            string elf = ImageProject.At(options.GetRequiredValue(project)).Build();
            Console.WriteLine(IsoImage.Make(elf, BootArchive.Make()));
            return ExitCode.Success;
        });
        return command;
    }
}
