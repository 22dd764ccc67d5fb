using System.Globalization;
using MicroLake.Hosting.Processes;

namespace MicroLake.Shell.Programs;

[Command("kill", "Ends processes", Usage = "ID...")]
internal sealed class KillCommand : ICommand
{
    public void Run(CommandContext context, ArgumentReader arguments)
    {
        var ids = new List<uint>();
        foreach (string text in (IEnumerable<string>)[arguments.Required("ID"), .. arguments.Rest()])
            ids.Add(uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint id)
                ? id
                : throw new CommandException($"kill: '{Printable.Shorten(text)}' is not a process identifier", "see ps", CommandException.Usage));
        foreach (uint id in ids)
            if (!KernelProcess.TryKill(id))
                throw new CommandException($"kill: there is no process {id}", "see ps");
    }
}
