using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Memory;

namespace MicroLake.Nucleus.Objects;

/// <summary>The system's one <see cref="ObjectPool"/>, over page frames.</summary>
internal static unsafe class ObjectMemory
{
    private static ObjectPool s_pool;
    private static SpinLock s_lock;

    public static uint Objects => s_pool.Objects;

    public static uint Pages => s_pool.Pages;

    /// <summary>An object of zeros with one reference; null: no memory.</summary>
    public static KernelObject* Allocate(ObjectType type)
    {
        KernelObject* taken = Take();
        if (taken == null)
        {
            if (!KeptFrames.TryAllocateZeroed(out ulong frame))
                return null;
            taken = TakeFrom(DirectMap.Pointer(frame));
        }

        RawMemory.Clear(&taken->Type, (ulong)(ObjectPool.ObjectBytes - sizeof(SpinLock)));
        taken->Type = type;
        taken->References = 1;
        return taken;
    }

    /// <summary>Gives an object's room back. Nothing refers to it but what somebody may have read just before. No locks are held.</summary>
    public static void Free(KernelObject* target)
    {
        void* page;
        fixed (SpinLock* spinLock = &s_lock)
        fixed (ObjectPool* pool = &s_pool)
        {
            uint interrupts = SpinLock.Acquire(spinLock, LockRank.ObjectMemory);
            page = pool->Return(target);
            SpinLock.Release(spinLock, LockRank.ObjectMemory, interrupts);
        }

        if (page == null)
            return;
        // Whoever read a pointer to here has interrupts off until it has seen that the object is gone.
        ProcessorRequest.BarrierEverywhere();
        KeptFrames.Free(DirectMap.Physical(page));
    }

    private static KernelObject* Take()
    {
        fixed (SpinLock* spinLock = &s_lock)
        fixed (ObjectPool* pool = &s_pool)
        {
            uint interrupts = SpinLock.Acquire(spinLock, LockRank.ObjectMemory);
            KernelObject* taken = pool->Take();
            SpinLock.Release(spinLock, LockRank.ObjectMemory, interrupts);
            return taken;
        }
    }

    private static KernelObject* TakeFrom(void* page)
    {
        fixed (SpinLock* spinLock = &s_lock)
        fixed (ObjectPool* pool = &s_pool)
        {
            uint interrupts = SpinLock.Acquire(spinLock, LockRank.ObjectMemory);
            pool->AddPage(page);
            KernelObject* taken = pool->Take();
            SpinLock.Release(spinLock, LockRank.ObjectMemory, interrupts);
            return taken;
        }
    }
}
