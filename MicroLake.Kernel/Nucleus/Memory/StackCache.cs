namespace MicroLake.Nucleus.Memory;

/// <summary>
/// Stacks of threads that have ended, kept as they are for the next threads of the same space: reserving, touching and giving back a stack
/// costs more than the rest of a thread's life. The space's lock is held.
/// </summary>
internal unsafe struct StackCache
{
    /// <summary>How many stacks are kept.</summary>
    public const int Capacity = 4;

    private fixed ulong _starts[Capacity];
    private fixed ulong _lengths[Capacity];
    private uint _nextToGo;

    /// <summary>
    /// Keeps a stack. False: an older one has to go for it, which start and length are now: stacks of a length that is not asked for any more would
    /// otherwise stay for ever.
    /// </summary>
    public bool Put(ref ulong start, ref ulong length)
    {
        for (int i = 0; i < Capacity; i++)
        {
            if (_lengths[i] != 0)
                continue;
            _starts[i] = start;
            _lengths[i] = length;
            return true;
        }

        uint place = _nextToGo++ % Capacity;
        (start, _starts[place]) = (_starts[place], start);
        (length, _lengths[place]) = (_lengths[place], length);
        return false;
    }

    /// <summary>Takes out a stack of this length, or of any (0). False: there is none.</summary>
    public bool TryTake(ref ulong length, out ulong start)
    {
        for (int i = 0; i < Capacity; i++)
        {
            if (_lengths[i] == 0 || (length != 0 && _lengths[i] != length))
                continue;
            start = _starts[i];
            length = _lengths[i];
            _lengths[i] = 0;
            return true;
        }

        start = 0;
        return false;
    }
}
