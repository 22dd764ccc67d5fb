using System;
using System.Runtime;
using System.Runtime.CompilerServices;
using MicroLake.Platform.Process;
using MicroLake.Platform.Threads;

namespace MicroLake.Platform.Runtime;

/// <summary>Where the main thread begins: thread-local storage, environment, initialisers, then the runtime's own main.</summary>
internal static unsafe class Entry
{
    [RuntimeExport("platform_main")]
    private static void Main()
    {
        if (!ThreadControlBlock.SetUpMain())
            Abort.With("no memory for the main thread's storage; give the machine more (--mem)"u8);
        EnvironmentBlock.Build();

        ImageSymbols* image = ImageSymbols.Get();
        for (ulong at = image->InitArrayStart; at < image->InitArrayEnd; at += 8)
            ((delegate*<void>)*(ulong*)at)();

        byte* name = stackalloc byte[10];
        ReadOnlySpan<byte> text = "microlake"u8;
        fixed (byte* source = text)
            for (int i = 0; i < 9; i++)
                name[i] = source[i];
        name[9] = 0;
        byte** arguments = stackalloc byte*[2];
        arguments[0] = name;
        arguments[1] = null;
        int status = RuntimeMain(1, arguments);
        Abort.MainReturned(status);
    }

    [RuntimeImport("*", "main")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern int RuntimeMain(int count, byte** arguments);
}
