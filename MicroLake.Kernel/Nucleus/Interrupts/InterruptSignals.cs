using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Ipc;
using MicroLake.Nucleus.Objects;

namespace MicroLake.Nucleus.Interrupts;

/// <summary>
/// Device interrupts as signals to notifications: a message-signalled interrupt (PCI 3.0, section 6.8) has a vector of its own, an interrupt
/// line is shared by up to <see cref="SharersOfLine"/> users.
/// </summary>
/// <remarks>
/// A place in the table is written with its notification's lock held. The handler takes no other lock: it locks the notification that it
/// read and looks again, which a stale pointer allows (<see cref="HandleAccess"/>).
/// </remarks>
internal static unsafe class InterruptSignals
{
    /// <summary>The first of the vectors of message-signalled interrupts.</summary>
    public const int FirstMessageVector = 0x50;

    public const int MessageVectors = InterruptTable.TimerVector - FirstMessageVector;

    /// <summary>Users of one line; a line that has more devices is not given to the last of them.</summary>
    public const int SharersOfLine = 8;

    private const int Places = MessageVectors + DeviceInterrupts.IsaLines * SharersOfLine;

    /// <summary>Where a processor's local APIC takes messages (Intel SDM volume 3, 11.11.1).</summary>
    private const ulong MessageAddress = 0xfee0_0000;

    private const int MessageApicShift = 12;

    private struct Place
    {
        public ulong Notification;
        public ulong Bits;
    }

    [System.Runtime.CompilerServices.InlineArray(Places)]
    private struct PlaceArray
    {
        private Place _first;
    }

    private static PlaceArray s_places;

    /// <summary>Held while a free place is looked for and taken.</summary>
    private static SpinLock s_lock;

    /// <summary>Gives a new message-signalled interrupt to a notification. The device writes <paramref name="data"/> to <paramref name="address"/>.</summary>
    public static Status BindMessage(uint handle, ulong bits, uint processor, out uint vector, out ulong address, out uint data)
    {
        vector = data = 0;
        address = 0;
        if (processor >= (uint)Processors.Count)
            return Status.InvalidArgument;
        Status status = Bind(handle, bits, 0, MessageVectors, out int place);
        if (status != Status.Ok)
            return status;
        vector = (uint)(FirstMessageVector + place);
        address = MessageAddress | ((ulong)Processors.At((int)processor)->ApicId << MessageApicShift);
        data = vector;
        return Status.Ok;
    }

    /// <summary>Gives a notification a share of an interrupt line, which is masked whenever it came until <see cref="UnmaskLine"/>.</summary>
    public static Status BindLine(uint handle, ulong bits, byte line, out uint source)
    {
        source = 0;
        if (line >= DeviceInterrupts.IsaLines || InterruptTable.HasHandler(InterruptTable.DeviceVector + line))
            return Status.InvalidArgument;
        int first = MessageVectors + line * SharersOfLine;
        Status status = Bind(handle, bits, first, first + SharersOfLine, out int place);
        if (status != Status.Ok)
            return status;
        source = (uint)(FirstMessageVector + place);
        DeviceInterrupts.RouteLine(line);
        return Status.Ok;
    }

    /// <summary>The device that held the line has been served: it may interrupt again.</summary>
    public static void UnmaskLine(uint source)
    {
        if (source >= FirstMessageVector + MessageVectors && source < FirstMessageVector + Places)
            DeviceInterrupts.SetLineMask(LineOf((int)source), false);
    }

    /// <summary>Takes an interrupt away from its notification. No signal of it comes after this.</summary>
    public static Status Unbind(uint source)
    {
        int index = (int)source - FirstMessageVector;
        if (index < 0 || index >= Places)
            return Status.InvalidArgument;
        Place* place = At(index);
        uint interrupts = SpinLock.DisableInterrupts();
        KernelObject* target = Lock(place);
        if (target != null)
        {
            System.Threading.Volatile.Write(ref place->Notification, 0);
            HandleAccess.Unlock(target);
        }

        if (interrupts != 0)
            Processor.EnableInterrupts();
        if (target == null)
            return Status.NotFound;
        ObjectLifetime.Release(target);
        return Status.Ok;
    }

    /// <summary>Whether a vector leads to a notification.</summary>
    public static bool IsBound(int vector)
    {
        for (int place = FirstPlace(vector, out int end); place < end; place++)
            if (At(place)->Notification != 0)
                return true;
        return false;
    }

    /// <summary>An interrupt came to a vector without a handler.</summary>
    public static void Arrived(int vector)
    {
        if (vector < FirstMessageVector)
            DeviceInterrupts.SetLineMask((byte)(vector - InterruptTable.DeviceVector), true);
        for (int index = FirstPlace(vector, out int end); index < end; index++)
        {
            Place* place = At(index);
            KernelObject* target = Lock(place);
            if (target != null)
            {
                Notifications.Set((Notification*)target, place->Bits);
                HandleAccess.Unlock(target);
            }
        }
    }

    /// <summary>Locks the notification of a place; null: it has none. Called with interrupts off.</summary>
    private static KernelObject* Lock(Place* place)
    {
        var target = (KernelObject*)System.Threading.Volatile.Read(ref place->Notification);
        if (target == null)
            return null;
        _ = SpinLock.Acquire(&target->Lock, LockRank.KernelObject);
        if (System.Threading.Volatile.Read(ref place->Notification) == (ulong)target)
            return target;
        HandleAccess.Unlock(target);
        return null;
    }

    private static Status Bind(uint handle, ulong bits, int first, int end, out int place)
    {
        place = first;
        uint interrupts = SpinLock.DisableInterrupts();
        Status status = HandleAccess.Lock(
            Processor.CurrentThread()->Process, handle, ObjectType.Notification, HandleRights.Signal, out KernelObject* target, out _);
        if (status == Status.Ok)
        {
            while (place < end && !TryTake(place, target, bits))
                place++;
            status = place < end ? Status.Ok : Status.LimitReached;
            HandleAccess.Unlock(target);
        }

        if (interrupts != 0)
            Processor.EnableInterrupts();
        return status;
    }

    /// <summary>Takes the place if it is free. The notification is locked.</summary>
    private static bool TryTake(int index, KernelObject* target, ulong bits)
    {
        Place* place = At(index);
        bool isFree;
        fixed (SpinLock* spinLock = &s_lock)
        {
            _ = SpinLock.Acquire(spinLock, LockRank.Device);
            isFree = place->Notification == 0;
            if (isFree)
            {
                place->Bits = bits;
                System.Threading.Interlocked.Increment(ref target->References);
                System.Threading.Volatile.Write(ref place->Notification, (ulong)target);
            }

            SpinLock.Release(spinLock, LockRank.Device, 0);
        }

        return isFree;
    }

    /// <summary>The places of a vector: from the first to before <paramref name="end"/>.</summary>
    private static int FirstPlace(int vector, out int end)
    {
        if (vector >= FirstMessageVector && vector < FirstMessageVector + MessageVectors)
        {
            end = vector - FirstMessageVector + 1;
            return end - 1;
        }

        int line = vector - InterruptTable.DeviceVector;
        if (line < 0 || line >= DeviceInterrupts.IsaLines)
            return end = 0;
        end = MessageVectors + (line + 1) * SharersOfLine;
        return end - SharersOfLine;
    }

    private static byte LineOf(int source) => (byte)((source - FirstMessageVector - MessageVectors) / SharersOfLine);

    private static Place* At(int index)
    {
        fixed (PlaceArray* places = &s_places)
            return (Place*)places + index;
    }
}
