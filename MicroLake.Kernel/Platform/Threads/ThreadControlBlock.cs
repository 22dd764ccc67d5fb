using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MicroLake.Abi;
using MicroLake.Platform.Memory;
using MicroLake.Platform.Runtime;

namespace MicroLake.Platform.Threads;

/// <summary>
/// What FS points to: the thread's ELF TLS block lies right below, the first word is its own address, the word at 0x28 is the stack
/// protector's canary (System V ABI, AMD64 supplement; ELF handling for TLS, variant II).
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ThreadControlBlock
{
    public const int MaxKeys = 8;

    public ThreadControlBlock* Self;
    public ulong Reserved0, Reserved1, Reserved2, Reserved3;
    public ulong Canary;

    /// <summary>thread.S knows this one by its offset, 48.</summary>
    public int Errno;
    public uint KernelId;
    public ulong StackLow, StackHigh;
    public ulong AllocationStart, AllocationLength;
    public delegate*<void*, void*> Start;
    public void* StartArgument;
    public fixed ulong KeyValues[MaxKeys];

    private const ulong CanaryValue = 0x4d6c_616b_6500_ff0d;

    [RuntimeImport("*", "platform_thread_pointer")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ThreadControlBlock* Current();

    /// <summary>Bytes that a thread needs at the top of its stack for TLS and this block.</summary>
    public static ulong BytesNeeded()
    {
        ImageSymbols* image = ImageSymbols.Get();
        return ((image->TlsSize + (ulong)sizeof(ThreadControlBlock) + 63) & ~63ul) + Alignment(image);
    }

    /// <summary>Builds TLS and control block below <paramref name="top"/>; what is not set here is zero.</summary>
    public static ThreadControlBlock* Build(ulong top)
    {
        ImageSymbols* image = ImageSymbols.Get();
        ulong at = (top - (ulong)sizeof(ThreadControlBlock)) & ~(Alignment(image) - 1);
        byte* tls = (byte*)(at - image->TlsSize);
        // The stack may have been another thread's.
        RawMemory.Clear(tls, top - (ulong)tls);
        RawMemory.Copy(tls, (byte*)image->TlsStart, image->TlsEnd - image->TlsStart);
        var block = (ThreadControlBlock*)at;
        block->Self = block;
        block->Canary = CanaryValue;
        return block;
    }

    /// <summary>Gives the main thread, which the nucleus made, its storage.</summary>
    public static bool SetUpMain()
    {
        ulong bytes = (BytesNeeded() + 4095) & ~4095ul;
        ulong start;
        if (KernelCall.MemoryReserve(bytes, 4096, Protection.Read | Protection.Write, 0, &start) != Status.Ok)
            return false;
        ThreadControlBlock* block = Build(start + bytes);
        ulong low, high;
        KernelCall.ThreadStack(&low, &high);
        block->StackLow = low;
        block->StackHigh = high;
        block->KernelId = KernelCall.ThreadSelf();
        KernelCall.ThreadSetPointer((ulong)block);
        return true;
    }

    private static ulong Alignment(ImageSymbols* image) => image->TlsAlignment < 64 ? 64 : image->TlsAlignment;
}
