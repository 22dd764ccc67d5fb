using System.Buffers.Binary;
using MicroLake.Abi;

namespace MicroLake.Probe;

/// <summary>One call that takes away what the process stands on. Whatever comes of it is its own affair; the kernel can end it.</summary>
internal static unsafe class FuzzEnd
{
    private const ulong UserEnd = 0x4000_0000_0000;
    /// <summary>For a signal frame with the processor's extended state behind it.</summary>
    private const int RoomForState = 16 << 10;

    /// <summary>Words of a signal frame.</summary>
    private const int FrameWords = (128 + 968) / sizeof(ulong) + 1;
    private const ulong StackBytes = 16 << 10;
    private const ulong TimeLeft = 20_000_000;

    public static int Run(int seed)
    {
        var random = new Random(seed);
        var memory = new FuzzMemory();
        random.NextBytes(new Span<byte>((void*)memory.Arena, (int)FuzzMemory.ArenaBytes));
        ulong lasting = FuzzMemory.Lasting(StackBytes);
        EndSoon(lasting);
        ulong any = memory.Arena + (ulong)random.Next((int)FuzzMemory.ArenaBytes - RoomForState) / 16 * 16;
        ulong own = Call(KernelCallNumber.ThreadSelf);
        switch (seed % 10)
        {
            case 0:
                _ = Call(KernelCallNumber.SignalReturn, any);
                break;
            case 1:
                _ = Call(KernelCallNumber.SignalReturn, Frame(any, random));
                break;
            case 2:
                _ = Call(KernelCallNumber.Panic, any, (ulong)random.Next(1 << 20));
                break;
            case 3:
                _ = Call(KernelCallNumber.ThreadSetPointer, any);
                break;
            case 4:
                _ = Call(KernelCallNumber.SignalSetHandler, 10, any, any);
                _ = Call(KernelCallNumber.ThreadSignal, own, 10);
                break;
            case 5:
                _ = Call(KernelCallNumber.ThreadCreate, any, 0, 0, memory.Arena, memory.Arena + FuzzMemory.ArenaBytes, any);
                break;
            case 6:
                _ = Call(KernelCallNumber.MemoryDiscard, 0x10000, UserEnd - 0x10000);
                break;
            case 7:
                _ = Call(KernelCallNumber.ThreadExit, lasting, StackBytes);
                break;
            case 8:
                _ = Call(KernelCallNumber.ThreadSignal, own, (ulong)random.Next(1, 64));
                _ = Call(KernelCallNumber.ThreadSignal, own, 11);
                break;
            default:
                _ = Call(KernelCallNumber.ProcessExit, (ulong)random.NextInt64());
                break;
        }

        while (true)
            _ = Call(KernelCallNumber.ThreadYield);
    }

    /// <summary>A thread of four instructions, which needs nothing of the process but them, ends it after a while.</summary>
    private static void EndSoon(ulong stack)
    {
        Span<byte> deadline = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(deadline, Call(KernelCallNumber.ClockMonotonic) + TimeLeft);
        var code = (ulong)Native.Code(
        [
            0x48, 0xbf, .. deadline,                             // mov rdi, deadline
            0xb8, (byte)KernelCallNumber.SleepUntil, 0, 0, 0,    // mov eax, number
            0x0f, 0x05,                                          // syscall
            0x31, 0xff,                                          // xor edi, edi
            0xb8, (byte)KernelCallNumber.ProcessExit, 0, 0, 0,
            0x0f, 0x05,
        ]);
        if (Call(KernelCallNumber.ThreadCreate, code, 0, 0, stack, stack + StackBytes) == 0)
            throw new OutOfMemoryException();
    }

    /// <summary>A frame whose pointer to the extended state is good, so that its registers are taken over.</summary>
    private static ulong Frame(ulong at, Random random)
    {
        for (int i = 0; i < FrameWords; i++)
            if (random.Next(16) != 0)
                ((ulong*)at)[i] = at;
        return at;
    }

    private static ulong Call(KernelCallNumber number, ulong a = 0, ulong b = 0, ulong c = 0, ulong d = 0, ulong e = 0, ulong f = 0) =>
        Native.SystemCall((ulong)number, a, b, c, d, e, f);
}
