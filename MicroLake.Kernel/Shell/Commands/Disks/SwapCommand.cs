namespace MicroLake.Shell.Commands;

[Command("swap", "Lets memory of programs go to a disk while there is too little", Usage = "swap [--json] | swap on DISK | swap off | swap format DISK [--force]",
    Details = "on lets programs have more memory than the machine by the size of the disk. off brings all back, or is refused where there is no room. format makes a swap disk of an "
        + "empty one; --force also where it holds something, which is lost, but never where that is a file system of MicroLake. What programs had in memory stays on the disk, readable.")]
internal sealed class SwapCommand : ICommand
{
    public void Run(CommandContext context, ArgumentReader arguments)
    {
        bool json = arguments.Flag("--json");
        bool force = arguments.Flag("--force");
        string? verb = arguments.Optional();
        ISwap swap = context.Shell.Services.Get<ISwap>();
        switch (verb)
        {
            case null:
                arguments.End();
                Show(swap.State, context, json);
                break;
            case "on":
                string disk = arguments.Required("DISK");
                arguments.End();
                swap.Begin(disk);
                break;
            case "off":
                arguments.End();
                swap.End();
                break;
            case "format":
                string name = arguments.Required("DISK");
                arguments.End();
                swap.Format(name, force);
                break;
            default:
                throw arguments.Error($"'{Printable.Shorten(verb)}' is none of on, off, format");
        }
    }

    private static void Show(SwapState state, CommandContext context, bool json)
    {
        Table table = new(new Column("swap", "name"), new Column("value", "value", AlignRight: true));
        if (state.Disk is { } disk)
        {
            table.Add("disk", disk);
            table.Add("size", Cell.Bytes(state.Size));
            table.Add("used", Cell.Bytes(state.Used));
            table.Add("pages out", state.PagesOut);
            table.Add("pages in", state.PagesIn);
            table.Add("memory promised", Cell.Bytes(state.Promised));
            table.Add("most promised", Cell.Bytes(state.PromiseLimit));
            if (state.Failure is { } failure)
                table.Add("failure", failure);
        }

        table.Write(context, json, "There is no swap disk; make one with: swap on DISK");
    }
}
