using System;
using System.Runtime;
using System.Runtime.CompilerServices;
using MicroLake.Abi;
using MicroLake.Platform.Process;
using MicroLake.Platform.Threads;

namespace MicroLake.Platform.Runtime;

/// <summary>Where the main thread begins: thread-local storage, environment, initialisers, then the runtime's own main.</summary>
internal static unsafe class Entry
{
    [RuntimeExport("platform_main")]
    private static void Main(StartInformation* start)
    {
        if (!ThreadControlBlock.SetUpMain())
            Abort.With("no memory for the main thread's storage; give the machine more (--mem)"u8);
        RequireMemory();
        EnvironmentBlock.Build(start);

        ImageSymbols* image = ImageSymbols.Get();
        for (ulong at = image->InitArrayStart; at < image->InitArrayEnd; at += 8)
            ((delegate*<void>)*(ulong*)at)();

        int status = RuntimeMain(ProgramArguments.Take(start), ProgramArguments.Texts);
        Abort.MainReturned(status);
    }

    /// <summary>Below this the collector cannot set itself up, and would say so by a fault.</summary>
    private static void RequireMemory()
    {
        const ulong neededPages = (16 << 20) / 4096;
        Abi.MemoryInformation memory;
        KernelCall.MemoryInformation(&memory);
        if (memory.CommitLimitPages < neededPages)
            Abort.With("too little memory for the .NET runtime: 16 MiB are needed; give the machine (--mem) or the process more"u8);
    }

    [RuntimeImport("*", "main")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern int RuntimeMain(int count, byte** arguments);
}
