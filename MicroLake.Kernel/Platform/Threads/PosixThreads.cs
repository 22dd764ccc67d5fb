using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MicroLake.Abi;
using MicroLake.Platform.Runtime;

namespace MicroLake.Platform.Threads;

/// <summary>
/// pthread_*: the runtime makes its own threads with it (finalizer), suspends threads for a collection by pthread_kill and learns
/// the true stack bounds from pthread_getattr_np. A <c>pthread_t</c> is the address of the thread's control block.
/// </summary>
internal static unsafe class PosixThreads
{
    private const ulong PageBytes = 4096;
    private const ulong DefaultStackBytes = 1 << 20;
    private const ulong MinimumStackBytes = 64 << 10;
    private const uint StackKind = 1;

    [StructLayout(LayoutKind.Sequential, Size = 56)]
    private struct Attributes
    {
        public ulong StackAddress, StackBytes, GuardBytes;
        public int Detached;
    }

    private struct KeyTable
    {
        public fixed ulong Destructors[ThreadControlBlock.MaxKeys];
    }

    private static KeyTable s_keys;
    private static int s_keyCount;

    [RuntimeExport("pthread_create")]
    private static int Create(ulong* thread, Attributes* attributes, delegate*<void*, void*> start, void* argument)
    {
        ulong stackBytes = attributes != null && attributes->StackBytes != 0 ? attributes->StackBytes : DefaultStackBytes;
        ThreadControlBlock* block = CreateThread(stackBytes, start, argument);
        if (block == null)
            return Errno.TryAgain;
        *thread = (ulong)block;
        return 0;
    }

    /// <summary>The managed Thread class: a detached thread. 1 on success, 0 with errno otherwise.</summary>
    [RuntimeExport("SystemNative_CreateThread")]
    private static int CreateManaged(ulong stackBytes, delegate*<void*, void*> start, void* argument)
    {
        if (stackBytes == 0)
            stackBytes = DefaultStackBytes;
        if (CreateThread(stackBytes, start, argument) != null)
            return 1;
        _ = Errno.Fail(Errno.NoMemory);
        return 0;
    }

    private static ThreadControlBlock* CreateThread(ulong stackBytes, delegate*<void*, void*> start, void* argument)
    {
        if (stackBytes < MinimumStackBytes)
            stackBytes = MinimumStackBytes;
        stackBytes = (stackBytes + PageBytes - 1) & ~(PageBytes - 1);
        ulong storage = (ThreadControlBlock.BytesNeeded() + PageBytes - 1) & ~(PageBytes - 1);
        ulong total = PageBytes + stackBytes + storage;
        ulong low;
        if (KernelCall.MemoryReserve(total, PageBytes, Protection.None, StackKind, &low) != Status.Ok)
            return null;
        if (KernelCall.MemoryProtect(low + PageBytes, total - PageBytes, Protection.Read | Protection.Write) != Status.Ok)
        {
            _ = KernelCall.MemoryRelease(low, total);
            return null;
        }

        ulong stackLow = low + PageBytes;
        ulong stackHigh = stackLow + stackBytes;
        ThreadControlBlock* block = ThreadControlBlock.Build(low + total);
        block->StackLow = stackLow;
        block->StackHigh = stackHigh;
        block->AllocationStart = low;
        block->AllocationLength = total;
        block->Start = start;
        block->StartArgument = argument;
        if (KernelCall.ThreadCreate(ThreadEntry(), (ulong)block, low, stackLow, stackHigh, (ulong)block) == 0)
        {
            _ = KernelCall.MemoryRelease(low, total);
            return null;
        }

        return block;
    }

    /// <summary>First code of a thread: its function, then the destructors of its keys (the runtime detaches there).</summary>
    [RuntimeExport("platform_thread_entry")]
    private static void RunThread(ThreadControlBlock* block)
    {
        block->KernelId = KernelCall.ThreadSelf();
        _ = block->Start(block->StartArgument);
        for (int key = 0; key < s_keyCount; key++)
        {
            ulong value = block->KeyValues[key];
            block->KeyValues[key] = 0;
            ulong destructor;
            fixed (KeyTable* keys = &s_keys)
                destructor = keys->Destructors[key];
            if (value != 0 && destructor != 0)
                ((delegate*<ulong, void>)destructor)(value);
        }

        KernelCall.ThreadExit(block->AllocationStart, block->AllocationLength);
    }

    [RuntimeExport("pthread_self")]
    private static ulong Self() => (ulong)ThreadControlBlock.Current();

    [RuntimeExport("pthread_kill")]
    private static int Kill(ThreadControlBlock* thread, int signal) =>
        KernelCall.ThreadSignal(thread->KernelId, signal) == Status.Ok ? 0 : Errno.NoSuchProcess;

    [RuntimeExport("pthread_attr_init")]
    private static int AttributesInit(Attributes* attributes)
    {
        *attributes = default;
        return 0;
    }

    [RuntimeExport("pthread_attr_destroy")]
    private static int AttributesDestroy(Attributes* attributes) => 0;

    [RuntimeExport("pthread_attr_setdetachstate")]
    private static int AttributesSetDetachState(Attributes* attributes, int state)
    {
        attributes->Detached = state;
        return 0;
    }

    [RuntimeExport("pthread_attr_setstacksize")]
    private static int AttributesSetStackSize(Attributes* attributes, ulong bytes)
    {
        attributes->StackBytes = bytes;
        return 0;
    }

    [RuntimeExport("pthread_getattr_np")]
    private static int GetAttributes(ThreadControlBlock* thread, Attributes* attributes)
    {
        *attributes = default;
        attributes->StackAddress = thread->StackLow;
        attributes->StackBytes = thread->StackHigh - thread->StackLow;
        attributes->GuardBytes = PageBytes;
        return 0;
    }

    [RuntimeExport("pthread_attr_getstack")]
    private static int AttributesGetStack(Attributes* attributes, ulong* address, ulong* bytes)
    {
        *address = attributes->StackAddress;
        *bytes = attributes->StackBytes;
        return 0;
    }

    [RuntimeExport("pthread_key_create")]
    private static int KeyCreate(uint* key, ulong destructor)
    {
        if (s_keyCount == ThreadControlBlock.MaxKeys)
            return Errno.TryAgain;
        fixed (KeyTable* keys = &s_keys)
            keys->Destructors[s_keyCount] = destructor;
        *key = (uint)s_keyCount++;
        return 0;
    }

    [RuntimeExport("pthread_setspecific")]
    private static int SetSpecific(uint key, ulong value)
    {
        if (key >= (uint)s_keyCount)
            return Errno.InvalidArgument;
        ThreadControlBlock.Current()->KeyValues[key] = value;
        return 0;
    }

    [RuntimeExport("pthread_getspecific")]
    private static ulong GetSpecific(uint key) =>
        key < (uint)s_keyCount ? ThreadControlBlock.Current()->KeyValues[key] : 0;

    [RuntimeExport("pthread_setname_np")]
    private static int SetName(ThreadControlBlock* thread, byte* name)
    {
        int length = 0;
        while (length < 15 && name[length] != 0)
            length++;
        return KernelCall.ThreadSetName(thread->KernelId, name, length) == Status.Ok ? 0 : Errno.NoSuchProcess;
    }

    [RuntimeExport("sched_yield")]
    private static int Yield()
    {
        KernelCall.ThreadYield();
        return 0;
    }

    /// <summary>The runtime counts processors by the bits set here.</summary>
    [RuntimeExport("sched_getaffinity")]
    private static int GetAffinity(int process, ulong bytes, ulong* mask)
    {
        for (ulong i = 0; i < bytes / 8; i++)
            mask[i] = 0;
        int count = KernelCall.ProcessorCount();
        for (int i = 0; i < count && (ulong)i < bytes * 8; i++)
            mask[i / 64] |= 1ul << (i % 64);
        return 0;
    }

    [RuntimeExport("__sched_cpucount")]
    private static int CpuCount(ulong bytes, ulong* mask)
    {
        int count = 0;
        for (ulong i = 0; i < bytes / 8; i++)
            count += System.Numerics.BitOperations.PopCount(mask[i]);
        return count;
    }

    [RuntimeExport("sched_getcpu")]
    private static int CurrentCpu() => KernelCall.ProcessorCurrent();

    [RuntimeExport("SystemNative_SchedGetCpu")]
    private static int CurrentCpuManaged() => KernelCall.ProcessorCurrent();

    [RuntimeImport("*", "platform_thread_entry_address")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern ulong ThreadEntry();
}
