using MicroLake.Abi;

namespace MicroLake.Nucleus.SystemCalls;

/// <summary>
/// The kernel calls of processes by number (<see cref="KernelCallNumber"/>). Each entry takes six words, every one a claim of the process, checks
/// them, copies what they point to, and calls what the kernel's own callers call directly.
/// </summary>
internal static unsafe class SystemCallTable
{
    private struct Table
    {
        public fixed ulong Entries[(int)KernelCallNumber.Limit];
    }

    private static Table s_table;

    /// <summary>The table, for the entry code.</summary>
    public static ulong* Functions
    {
        get
        {
            // Static data of the image does not move.
            fixed (Table* table = &s_table)
                return table->Entries;
        }
    }

    /// <summary>Fills the table. Comes before the first process.</summary>
    public static void Initialize()
    {
        for (int i = 0; i < (int)KernelCallNumber.Limit; i++)
            Functions[i] = (ulong)(delegate*<ulong, ulong, ulong, ulong, ulong, ulong, ulong>)&Unknown;
        ThreadSystemCalls.Register();
        MemorySystemCalls.Register();
        ProcessSystemCalls.Register();
        HandleSystemCalls.Register();
        IpcSystemCalls.Register();
    }

    public static void Set(KernelCallNumber number, delegate*<ulong, ulong, ulong, ulong, ulong, ulong, ulong> function) =>
        Functions[(int)number] = (ulong)function;

    private static ulong Unknown(ulong a, ulong b, ulong c, ulong d, ulong e, ulong f) => (ulong)Status.InvalidArgument;
}
