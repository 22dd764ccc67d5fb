using System.Globalization;
using MicroLake.Hosting.Processes;

namespace MicroLake.Shell.Programs;

[Command("kill", "Ends processes", Usage = "ID...")]
internal sealed class KillCommand : ICommand
{
    public void Run(CommandContext context, ArgumentReader arguments)
    {
        IReadOnlyList<string> ids = [arguments.Required("ID"), .. arguments.Rest()];
        foreach (string text in ids)
        {
            if (!uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint id))
                throw new CommandException($"kill: '{Printable.Shorten(text)}' is not a process identifier", "see ps", CommandException.Usage);
            if (!KernelProcess.TryKill(id))
                throw new CommandException($"kill: there is no process {id}", "see ps");
        }
    }
}
