using System.CommandLine;
using MicroLake.Tool.Host;

namespace MicroLake.Tool.Verbs;

/// <summary><c>setup</c>: installs every package that some verb may need.</summary>
internal static class SetupVerb
{
    public static Command Create()
    {
        Command command = new("setup", "Install what is missing (Debian and Ubuntu; elsewhere say what to install)");
        command.SetAction(_ =>
        {
            PackageInstaller.Ensure(DebianPackage.All);
            Terminal.Note("everything is installed");
            return ExitCode.Success;
        });
        return command;
    }
}
