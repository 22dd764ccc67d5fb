using MicroLake.Nucleus.Diagnostics;
using MicroLake.Nucleus.Interrupts;
using MicroLake.Nucleus.Scheduling;

namespace MicroLake.Nucleus.Console;

/// <summary>
/// The serial console: received bytes go from the interrupt into a ring that readers sleep on. When the ring is full the
/// UART is left alone, so that its own flow control holds the sender back; the next read asks again.
/// </summary>
internal static unsafe class ConsoleDevice
{
    private const byte SerialLine = 4;
    private const uint Capacity = 4096;

    private struct Ring
    {
        public fixed byte Bytes[(int)Capacity];
    }

    private static Ring s_ring;
    private static SpinLock s_lock;
    private static SpinLock s_writeLock;
    private static uint s_head;
    private static uint s_tail;

    /// <summary>Counts arrivals; readers wait for it to change.</summary>
    private static int s_arrivals;

    public static void Start()
    {
        DeviceInterrupts.ConnectIsa(SerialLine, &OnInterrupt);
        Serial.EnableReceiveInterrupt();
    }

    public static int Pending => (int)(s_tail - s_head);

    /// <summary>
    /// Reads what is there, at least one byte, at most <paramref name="length"/>; 0 when the deadline (monotonic nanoseconds) came first.
    /// </summary>
    public static nint Read(byte* buffer, nint length, ulong deadline)
    {
        if (length <= 0)
            return 0;
        while (true)
        {
            int arrivals = System.Threading.Volatile.Read(ref s_arrivals);
            nint count = Take(buffer, length);
            if (count != 0)
                return count;
            fixed (int* word = &s_arrivals)
                if (AddressWait.Wait(word, arrivals, deadline) == Abi.Status.TimedOut)
                    return Take(buffer, length);
        }
    }

    /// <summary>Writes all bytes; a block of one caller is not torn by another's.</summary>
    public static void Write(byte* bytes, nint length)
    {
        const nint block = 256;
        for (nint done = 0; done < length; done += block)
        {
            nint count = length - done < block ? length - done : block;
            fixed (SpinLock* spinLock = &s_writeLock)
            {
                uint interrupts = SpinLock.Acquire(spinLock, LockRank.Device);
                Serial.Write(bytes + done, count);
                SpinLock.Release(spinLock, LockRank.Device, interrupts);
            }
        }
    }

    private static nint Take(byte* buffer, nint length)
    {
        // The caller's page must be there before the lock is held.
        System.Threading.Volatile.Write(ref *buffer, 0);
        nint count = 0;
        fixed (SpinLock* spinLock = &s_lock)
        fixed (Ring* ring = &s_ring)
        {
            uint interrupts = SpinLock.Acquire(spinLock, LockRank.Device);
            bool wasFull = s_tail - s_head == Capacity;
            while (count < length && count < 256 && s_head != s_tail)
                buffer[count++] = ring->Bytes[s_head++ % Capacity];
            if (wasFull)
                Receive(ring);
            SpinLock.Release(spinLock, LockRank.Device, interrupts);
        }

        return count;
    }

    private static void OnInterrupt()
    {
        fixed (SpinLock* spinLock = &s_lock)
        fixed (Ring* ring = &s_ring)
        {
            uint interrupts = SpinLock.Acquire(spinLock, LockRank.Device);
            Receive(ring);
            SpinLock.Release(spinLock, LockRank.Device, interrupts);
        }

        s_arrivals++;
        fixed (int* word = &s_arrivals)
            _ = AddressWait.Wake(word, int.MaxValue);
    }

    private static void Receive(Ring* ring)
    {
        while (s_tail - s_head < Capacity && Serial.TryRead(out byte value))
            ring->Bytes[s_tail++ % Capacity] = value;
    }
}
