using System.Buffers.Binary;
using System.Runtime.InteropServices;
using MicroLake.Abi;

namespace MicroLake.Probe;

/// <summary>A signal that arrives while its own handler runs waits for the handler's end, and the handler's kernel calls go on.</summary>
internal static unsafe class Signals
{
    private const int Signal = 10;

    public static int SendWithinHandler()
    {
        // How often the handler was entered, and how often its first run saw it entered after it had sent the signal again.
        uint* counts = (uint*)NativeMemory.AllocZeroed(2 * sizeof(uint));
        _ = SetHandler(Signal, Handler(counts));
        ulong self = Native.SystemCall((ulong)KernelCallNumber.ThreadSelf, 0, 0, 0, 0, 0, 0);
        _ = Native.SystemCall((ulong)KernelCallNumber.ThreadSignal, self, Signal, 0, 0, 0, 0);
        Console.WriteLine($"entered {counts[0]} times, {counts[1]} within");
        return 0;
    }

    /// <summary>Machine code, since the runtime's own way into C# is not for handlers: counts, and in its first run sends the signal again and yields.</summary>
    private static delegate* unmanaged<void> Handler(uint* counts)
    {
        Span<byte> address = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(address, (ulong)counts);
        return Native.Code(
        [
            0x48, 0xbb, .. address,                              // mov rbx, counts
            0xff, 0x03,                                          // inc dword ptr [rbx]
            0x83, 0x3b, 0x01,                                    // cmp dword ptr [rbx], 1
            0x75, 0x21,                                          // jne the end
            0xb8, (byte)KernelCallNumber.ThreadSelf, 0, 0, 0,    // mov eax, number
            0x0f, 0x05,                                          // syscall
            0x89, 0xc7,                                          // mov edi, eax
            0xbe, Signal, 0, 0, 0,                               // mov esi, signal
            0xb8, (byte)KernelCallNumber.ThreadSignal, 0, 0, 0,
            0x0f, 0x05,
            0xb8, (byte)KernelCallNumber.ThreadYield, 0, 0, 0,
            0x0f, 0x05,
            0x8b, 0x03,                                          // mov eax, [rbx]
            0x89, 0x43, 0x04,                                    // mov [rbx + 4], eax
            0xc3,                                                // ret
        ]);
    }

    [DllImport("*", EntryPoint = "kernel_set_handler")]
    private static extern ulong SetHandler(ulong signal, delegate* unmanaged<void> handler);
}
