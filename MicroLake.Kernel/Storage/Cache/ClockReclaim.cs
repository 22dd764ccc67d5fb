namespace MicroLake.Storage;

/// <summary>Second chance (CLOCK): the first page that nobody has used since it was passed over.</summary>
public sealed class ClockReclaim : IReclaim
{
    public int Choose(ReadOnlySpan<ReclaimCandidate> candidates)
    {
        for (int i = 0; i < candidates.Length; i++)
            if (!candidates[i].WasUsed)
                return i;
        return -1;
    }
}
