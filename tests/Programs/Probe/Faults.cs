using System.Runtime.CompilerServices;

namespace MicroLake.Probe;

/// <summary>What a process may not do.</summary>
internal static unsafe class Faults
{
    public static int Do(string what)
    {
        switch (what)
        {
            case "write-nowhere":
                WriteNowhere();
                break;
            case "read-kernel":
                _ = Volatile.Read(ref *(byte*)0xffffffff80200000);
                break;
            case "read-window":
                _ = Volatile.Read(ref *(byte*)0x6000_0000_0000);
                break;
            case "read-direct-map":
                _ = Volatile.Read(ref *(byte*)0xffff_8000_0010_0000);
                break;
            case "write-code":
                *(byte*)(delegate*<void>)&WriteNowhere = 0xc3;
                break;
            case "run-data":
                byte* data = stackalloc byte[] { 0xc3 };
                ((delegate* unmanaged<void>)data)();
                break;
            case "privileged":
                // cli; ret: made in writable memory, which then becomes code: the processor refuses the instruction.
                Native.Code(0xfa, 0xc3)();
                break;
            case "port":
                // in al, dx; ret
                Native.Code(0xec, 0xc3)();
                break;
            default:
                Console.Error.WriteLine($"error: there is nothing called {what}");
                return 2;
        }

        Console.WriteLine("it was allowed");
        return 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int Overflow(int depth) => depth < 0 ? depth : Overflow(depth + 1) + 1;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void WriteNowhere() => *(int*)0x7654_3210_000 = 1;
}
