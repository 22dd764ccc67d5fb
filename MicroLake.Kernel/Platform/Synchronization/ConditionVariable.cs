using System.Runtime;
using System.Runtime.InteropServices;
using System.Threading;
using MicroLake.Abi;
using MicroLake.Platform.Runtime;
using MicroLake.Platform.Time;

namespace MicroLake.Platform.Synchronization;

/// <summary>
/// pthread_cond_t: a sequence number that waiters sleep on. The runtime sets CLOCK_MONOTONIC and gives absolute times.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = 48)]
internal unsafe struct ConditionVariable
{
    private int _sequence;

    [RuntimeExport("pthread_cond_init")]
    private static int Initialize(ConditionVariable* condition, void* attributes)
    {
        *condition = default;
        return 0;
    }

    [RuntimeExport("pthread_cond_destroy")]
    private static int Destroy(ConditionVariable* condition) => 0;

    [RuntimeExport("pthread_condattr_init")]
    private static int AttributesInitialize(void* attributes) => 0;

    [RuntimeExport("pthread_condattr_setclock")]
    private static int AttributesSetClock(void* attributes, int clock) => 0;

    [RuntimeExport("pthread_condattr_destroy")]
    private static int AttributesDestroy(void* attributes) => 0;

    [RuntimeExport("pthread_cond_wait")]
    private static int Wait(ConditionVariable* condition, Mutex* mutex)
    {
        _ = WaitUntil(condition, mutex, ulong.MaxValue);
        return 0;
    }

    [RuntimeExport("pthread_cond_timedwait")]
    private static int TimedWait(ConditionVariable* condition, Mutex* mutex, TimeSpecification* time) =>
        WaitUntil(condition, mutex, time->ToNanoseconds()) ? 0 : Errno.TimedOut;

    /// <summary>Waits for a signal or the deadline (monotonic nanoseconds). False: the deadline came first.</summary>
    public static bool WaitUntil(ConditionVariable* condition, Mutex* mutex, ulong deadline)
    {
        int sequence = Volatile.Read(ref condition->_sequence);
        _ = Mutex.Unlock(mutex);
        Status status = KernelCall.WaitAddress(&condition->_sequence, sequence, deadline);
        _ = Mutex.Lock(mutex);
        return status != Status.TimedOut;
    }

    [RuntimeExport("pthread_cond_signal")]
    public static int Signal(ConditionVariable* condition)
    {
        Interlocked.Increment(ref condition->_sequence);
        _ = KernelCall.WakeAddress(&condition->_sequence, 1);
        return 0;
    }

    [RuntimeExport("pthread_cond_broadcast")]
    private static int Broadcast(ConditionVariable* condition)
    {
        Interlocked.Increment(ref condition->_sequence);
        _ = KernelCall.WakeAddress(&condition->_sequence, int.MaxValue);
        return 0;
    }
}
