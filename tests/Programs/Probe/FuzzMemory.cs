using MicroLake.Abi;

namespace MicroLake.Probe;

/// <summary>
/// What the calls of all threads (<see cref="FuzzCall"/>) work on: memory that they may do anything to, and the handles that they were given.
/// </summary>
internal sealed unsafe class FuzzMemory
{
    /// <summary>The arena lies in the middle of a reservation, so that what a call takes beyond it is nobody's either.</summary>
    private const ulong ArenaMargin = 16 << 20;
    public const ulong ArenaBytes = 256 << 10;

    /// <summary>Few of each kind, so that threads meet at them.</summary>
    private const int KeptOfType = 6;

    /// <summary>One in so many new handles takes the place of another.</summary>
    private const int Turnover = 8;

    private const int Types = (int)ObjectType.Memory + 1;

    /// <summary>Threads that may be lost in waits without end.</summary>
    public const int MostLost = 16;

    /// <summary>The process's own program, heap and stacks lie between these, somewhere.</summary>
    public const ulong LowestOwn = 0x10_0000, HighestOwn = 0x3fff_0000_0000;

    private readonly ulong[] _handles = new ulong[KeptOfType * Types];
    private int _lost;

    public FuzzMemory()
    {
        ulong start;
        if (Native.Reserve(ArenaBytes + 2 * ArenaMargin, 4096, Protection.None, 0, &start) != Status.Ok
            || Native.Protect(start + ArenaMargin, ArenaBytes, Protection.Read | Protection.Write) != Status.Ok)
            throw new OutOfMemoryException();
        Arena = start + ArenaMargin;
        // mov eax, 2 (ThreadExit); xor edi, edi; xor esi, esi; syscall
        ThreadEnd = (ulong)Native.Code(0xb8, (byte)KernelCallNumber.ThreadExit, 0, 0, 0, 0x31, 0xff, 0x31, 0xf6, 0x0f, 0x05);
    }

    /// <summary>Memory that calls may release, protect and replace.</summary>
    public ulong Arena { get; }

    /// <summary>Code that ends the thread that comes there.</summary>
    public ulong ThreadEnd { get; }

    /// <summary>Identifiers of the threads that make calls.</summary>
    public ulong[] Threads { get; } = new ulong[32];

    /// <summary>Threads that will not come back from their call.</summary>
    public int Lost => Volatile.Read(ref _lost);

    /// <summary>A thread that is about to be lost asks whether there are others left.</summary>
    public bool TryLose() => Volatile.Read(ref _lost) < MostLost && Interlocked.Increment(ref _lost) <= MostLost;

    /// <summary>A handle that the process has, or had, to an object of that type, or of any (<see cref="ObjectType.None"/>); 0: it has none yet.</summary>
    public ulong Handle(Random random, ObjectType type) =>
        _handles[random.Next(KeptOfType) + KeptOfType * (type != ObjectType.None ? (int)type : random.Next(Types))];

    /// <summary>Takes a handle that the process has got, and closes it or the one in whose place it is kept.</summary>
    public void KeepHandle(Random random, ulong handle, ObjectType type)
    {
        ref ulong place = ref _handles[random.Next(KeptOfType) + KeptOfType * (int)type];
        ulong old = Volatile.Read(ref place) == 0 || random.Next(Turnover) == 0 ? Interlocked.Exchange(ref place, handle) : handle;
        if (old != 0)
            _ = Native.SystemCall((ulong)KernelCallNumber.HandleClose, old, 0, 0, 0, 0, 0);
    }

    /// <summary>So many bytes that no call takes away, below a page that is inaccessible.</summary>
    public static ulong Lasting(ulong bytes)
    {
        ulong start;
        if (Native.Reserve(bytes + 4096, 4096, Protection.None, 0, &start) != Status.Ok
            || Native.Protect(start, bytes, Protection.Read | Protection.Write) != Status.Ok)
            throw new OutOfMemoryException();
        return start;
    }

    /// <summary>Whether a call on this range could take memory that the program itself needs.</summary>
    public bool MayBeOwn(ulong start, ulong length)
    {
        if (start % 4096 != 0 || start < LowestOwn || start >= HighestOwn || length == 0 || length > 0x4000_0000_0000 - start)
            return false;
        return start < Arena || start >= Arena + ArenaBytes || length > ArenaBytes - (start - Arena) + ArenaMargin;
    }
}
