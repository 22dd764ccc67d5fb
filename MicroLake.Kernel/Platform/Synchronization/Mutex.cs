using System.Runtime;
using System.Runtime.InteropServices;
using System.Threading;
using MicroLake.Platform.Runtime;
using MicroLake.Platform.Threads;

namespace MicroLake.Platform.Synchronization;

/// <summary>pthread_mutex_t: normal and recursive. 0 free, 1 taken, 2 taken with waiters (Drepper, Futexes Are Tricky, mutex 2).</summary>
[StructLayout(LayoutKind.Sequential, Size = 40)]
internal unsafe struct Mutex
{
    private const int Free = 0;
    private const int Taken = 1;
    private const int Contended = 2;
    private const int Recursive = 1;

    private int _state;
    private uint _owner;
    private int _depth;
    private int _type;

    [RuntimeExport("pthread_mutex_init")]
    private static int Initialize(Mutex* mutex, int* type)
    {
        *mutex = default;
        mutex->_type = type != null ? *type : 0;
        return 0;
    }

    [RuntimeExport("pthread_mutex_destroy")]
    private static int Destroy(Mutex* mutex) => 0;

    [RuntimeExport("pthread_mutexattr_init")]
    private static int AttributesInitialize(int* type)
    {
        *type = 0;
        return 0;
    }

    [RuntimeExport("pthread_mutexattr_settype")]
    private static int AttributesSetType(int* type, int value)
    {
        *type = value;
        return 0;
    }

    [RuntimeExport("pthread_mutexattr_destroy")]
    private static int AttributesDestroy(int* type) => 0;

    [RuntimeExport("pthread_mutex_lock")]
    public static int Lock(Mutex* mutex)
    {
        uint self = ThreadControlBlock.Current()->KernelId;
        if (mutex->_type == Recursive && mutex->_owner == self)
        {
            mutex->_depth++;
            return 0;
        }

        if (Interlocked.CompareExchange(ref mutex->_state, Taken, Free) != Free)
            while (Interlocked.Exchange(ref mutex->_state, Contended) != Free)
                _ = KernelCall.WaitAddress(&mutex->_state, Contended, ulong.MaxValue);
        mutex->_owner = self;
        return 0;
    }

    [RuntimeExport("pthread_mutex_trylock")]
    private static int TryLock(Mutex* mutex)
    {
        uint self = ThreadControlBlock.Current()->KernelId;
        if (mutex->_type == Recursive && mutex->_owner == self)
        {
            mutex->_depth++;
            return 0;
        }

        if (Interlocked.CompareExchange(ref mutex->_state, Taken, Free) != Free)
            return Errno.Busy;
        mutex->_owner = self;
        return 0;
    }

    [RuntimeExport("pthread_mutex_unlock")]
    public static int Unlock(Mutex* mutex)
    {
        if (mutex->_depth > 0)
        {
            mutex->_depth--;
            return 0;
        }

        mutex->_owner = 0;
        if (Interlocked.Exchange(ref mutex->_state, Free) == Contended)
            _ = KernelCall.WakeAddress(&mutex->_state, 1);
        return 0;
    }
}
