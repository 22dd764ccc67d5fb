using System.Numerics;
using System.Runtime;
using MicroLake.Abi;
using MicroLake.Platform.Runtime;
using MicroLake.Platform.Synchronization;

namespace MicroLake.Platform.Memory;

/// <summary>
/// malloc for the runtime's own C++ and for NativeMemory: size classes in four steps per power of two, a free list each, cut from
/// 64 KiB chunks; what is over 32 KiB gets pages of its own. Every block has a 16-byte header with its class or length.
/// </summary>
internal static unsafe class Heap
{
    private const int HeaderBytes = 16;
    private const int Classes = 48;
    private const nuint LargestSmall = 32768;
    private const nuint ChunkBytes = 65536;
    private const nuint PageBytes = 4096;
    private const uint LargeClass = 0xffff;
    private const uint LiveMark = 0x6d6c_6b31;
    private const uint FreeMark = 0x6d6c_6b30;

    private struct Header
    {
        /// <summary>Usable bytes of the block.</summary>
        public ulong Bytes;
        public uint Class;
        public uint Mark;
    }

    private struct FreeLists
    {
        public fixed ulong First[Classes];
    }

    private static Mutex s_lock;
    private static FreeLists s_free;
    private static byte* s_chunk;
    private static nuint s_chunkLeft;

    [RuntimeExport("malloc")]
    private static void* Malloc(nuint bytes)
    {
        void* block = Allocate(bytes);
        if (block == null)
            _ = Errno.Fail(Errno.NoMemory);
        return block;
    }

    [RuntimeExport("calloc")]
    private static void* Calloc(nuint count, nuint bytes) => AllocateZeroed(count, bytes);

    [RuntimeExport("realloc")]
    private static void* Realloc(void* block, nuint bytes) => Resize(block, bytes);

    [RuntimeExport("free")]
    public static void Free(void* block)
    {
        if (block == null)
            return;
        Header* header = HeaderOf(block);
        if (header->Mark != LiveMark)
            Process.Abort.With("free() of memory that malloc() did not give, or that is free already"u8);
        if (header->Class == LargeClass)
        {
            ulong start = (ulong)header & ~((ulong)PageBytes - 1);
            _ = KernelCall.MemoryRelease(start, (ulong)block + header->Bytes - start);
            return;
        }

        header->Mark = FreeMark;
        fixed (Mutex* mutex = &s_lock)
        fixed (FreeLists* lists = &s_free)
        {
            _ = Mutex.Lock(mutex);
            *(ulong*)(header + 1) = lists->First[header->Class];
            lists->First[header->Class] = (ulong)header;
            _ = Mutex.Unlock(mutex);
        }
    }

    /// <summary>A block of at least that many bytes at a multiple of 16, or null.</summary>
    public static void* Allocate(nuint bytes)
    {
        if (bytes > LargestSmall)
            return AllocateLarge(bytes, 16);
        uint sizeClass = ClassOf(bytes == 0 ? 1 : bytes);
        nuint usable = BytesOf(sizeClass);
        Header* header;
        fixed (Mutex* mutex = &s_lock)
        fixed (FreeLists* lists = &s_free)
        {
            _ = Mutex.Lock(mutex);
            header = (Header*)lists->First[sizeClass];
            if (header != null)
                lists->First[sizeClass] = *(ulong*)(header + 1);
            else
                header = (Header*)Cut(usable + HeaderBytes);
            _ = Mutex.Unlock(mutex);
        }

        if (header == null)
            return null;
        header->Bytes = usable;
        header->Class = sizeClass;
        header->Mark = LiveMark;
        return header + 1;
    }

    public static void* AllocateZeroed(nuint count, nuint bytes)
    {
        if (bytes != 0 && count > nuint.MaxValue / bytes)
            return null;
        var block = (byte*)Allocate(count * bytes);
        if (block != null && HeaderOf(block)->Class != LargeClass)
            RawMemory.Clear(block, count * bytes);
        return block;
    }

    /// <summary>A block at a multiple of the alignment (a power of two).</summary>
    public static void* AllocateAligned(nuint alignment, nuint bytes) =>
        alignment <= 16 ? Allocate(bytes) : alignment > PageBytes ? null : AllocateLarge(bytes == 0 ? 1 : bytes, alignment);

    public static void* Resize(void* block, nuint bytes)
    {
        if (block == null)
            return Allocate(bytes);
        if (HeaderOf(block)->Bytes >= bytes && bytes != 0)
            return block;
        void* moved = Allocate(bytes);
        if (moved != null)
            Move(block, moved, bytes);
        return moved;
    }

    /// <summary>Copies what fits of a block to a new one and frees the old.</summary>
    public static void Move(void* from, void* to, nuint bytes)
    {
        nuint old = (nuint)HeaderOf(from)->Bytes;
        RawMemory.Copy(to, from, old < bytes ? old : bytes);
        Free(from);
    }

    private static void* AllocateLarge(nuint bytes, nuint alignment)
    {
        nuint lead = alignment < HeaderBytes ? HeaderBytes : alignment;
        if (bytes > nuint.MaxValue / 2)
            return null;
        nuint total = (lead + bytes + PageBytes - 1) & ~(PageBytes - 1);
        ulong start;
        if (KernelCall.MemoryReserve(total, PageBytes, Protection.Read | Protection.Write, 0, &start) != Status.Ok)
            return null;
        byte* block = (byte*)start + lead;
        Header* header = HeaderOf(block);
        header->Bytes = total - lead;
        header->Class = LargeClass;
        header->Mark = LiveMark;
        return block;
    }

    private static byte* Cut(nuint bytes)
    {
        if (s_chunkLeft < bytes)
        {
            ulong start;
            if (KernelCall.MemoryReserve(ChunkBytes, PageBytes, Protection.Read | Protection.Write, 0, &start) != Status.Ok)
                return null;
            s_chunk = (byte*)start;
            s_chunkLeft = ChunkBytes;
        }

        byte* piece = s_chunk;
        s_chunk += bytes;
        s_chunkLeft -= bytes;
        return piece;
    }

    /// <summary>Class 4k+j holds blocks of 16 * 2^k * (4+j)/4 bytes, rounded up to the next multiple of 16.</summary>
    private static uint ClassOf(nuint bytes)
    {
        if (bytes <= 16)
            return 0;
        nuint over = bytes - 1;
        int power = BitOperations.Log2((ulong)over) - 4;
        return (uint)(4 * power) + (uint)((over >> (power + 2)) - 3);
    }

    private static nuint BytesOf(uint sizeClass)
    {
        nuint power = (nuint)64 << (int)(sizeClass / 4);
        nuint bytes = power / 4 * (4 + sizeClass % 4) / 4;
        return (bytes + 15) & ~(nuint)15;
    }

    private static Header* HeaderOf(void* block) => (Header*)block - 1;
}
