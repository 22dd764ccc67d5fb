namespace MicroLake.Files.NineP;

/// <summary>
/// A number by which the server knows a file. It has one owner at a time: who takes it, until it is parked again, in which state it waits
/// for the next operation on the same node or for being given back.
/// </summary>
internal sealed class Fid(uint number)
{
    private int _isParked;

    public uint Number => number;

    /// <summary>Names from the root to where it is parked, where it may be asked for by them; null where it may not.</summary>
    public string? Path { get; set; }

    /// <summary>Makes the caller its owner. False: somebody else is.</summary>
    public bool TryTake() => Interlocked.Exchange(ref _isParked, 0) != 0;

    public void Park() => Volatile.Write(ref _isParked, 1);
}
