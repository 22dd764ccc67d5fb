using System.Runtime;
using System.Runtime.InteropServices;
using System.Threading;
using MicroLake.Platform.Runtime;

namespace MicroLake.Platform.Synchronization;

/// <summary>pthread_rwlock_t: the number of readers, or -1 for a writer. The unwinder and the type system use it.</summary>
[StructLayout(LayoutKind.Sequential, Size = 56)]
internal unsafe struct ReaderWriterLock
{
    private const int Writer = -1;

    private int _state;

    [RuntimeExport("pthread_rwlock_rdlock")]
    private static int LockShared(ReaderWriterLock* rwlock)
    {
        while (true)
        {
            int state = Volatile.Read(ref rwlock->_state);
            if (state == Writer)
                _ = KernelCall.WaitAddress(&rwlock->_state, Writer, ulong.MaxValue);
            else if (Interlocked.CompareExchange(ref rwlock->_state, state + 1, state) == state)
                return 0;
        }
    }

    [RuntimeExport("pthread_rwlock_wrlock")]
    private static int LockExclusive(ReaderWriterLock* rwlock)
    {
        while (true)
        {
            int state = Volatile.Read(ref rwlock->_state);
            if (state != 0)
                _ = KernelCall.WaitAddress(&rwlock->_state, state, ulong.MaxValue);
            else if (Interlocked.CompareExchange(ref rwlock->_state, Writer, 0) == 0)
                return 0;
        }
    }

    [RuntimeExport("pthread_rwlock_unlock")]
    private static int Unlock(ReaderWriterLock* rwlock)
    {
        if (Volatile.Read(ref rwlock->_state) == Writer)
            Volatile.Write(ref rwlock->_state, 0);
        else
            Interlocked.Decrement(ref rwlock->_state);
        _ = KernelCall.WakeAddress(&rwlock->_state, int.MaxValue);
        return 0;
    }
}
