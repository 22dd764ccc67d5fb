namespace MicroLake.Shell.Commands;

[Command("mem", "Shows what uses the memory", Usage = "[--gc] [--json]",
    Details = "--gc collects garbage first, so that only what is in use is counted.")]
internal sealed class MemCommand : ICommand
{
    public void Run(CommandContext context, ArgumentReader arguments)
    {
        bool json = arguments.Flag("--json");
        bool collect = arguments.Flag("--gc");
        arguments.End();
        if (collect)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
        MemoryInformation memory = context.System.Memory();
        Table table = new(new Column("memory", "name"), new Column("size", "bytes", AlignRight: true), new Column("what", "description"));
        table.Add("total", Cell.Bytes(memory.Total), "all that the kernel manages");
        table.Add("free", Cell.Bytes(memory.Free), "page frames that nobody has");
        table.Add("image", Cell.Bytes(memory.Image), "kernel code and data");
        table.Add("heap", Cell.Bytes(memory.Heap), "of the managed heap and the runtime");
        table.Add("programs", Cell.Bytes(memory.Programs), "what programs have for themselves");
        table.Add("stacks", Cell.Bytes(memory.Stacks), "stacks and control blocks of threads");
        table.Add("page-tables", Cell.Bytes(memory.PageTables), "page tables");
        table.Add("boot", Cell.Bytes(memory.Boot), "archives that the loader brought");
        table.Add("other", Cell.Bytes(memory.Other), "everything else: shared memory, buffers of devices");
        table.Add("swapped", Cell.Bytes(memory.Swapped), "memory of programs that is on the swap disk (no part of total)");
        table.Add("managed", Cell.Bytes(GC.GetTotalMemory(false)), "objects in the managed heap; what they have not touched yet is no part of heap");
        table.Write(context, json);
    }
}
