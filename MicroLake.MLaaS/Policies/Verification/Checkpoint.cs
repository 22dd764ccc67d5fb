namespace MicroLake.Policies.Verification;

/// <summary>
/// A state at a point where ways meet. Once all ways on from it have been followed to their end, others that know no less need not be followed
/// again. While they have not, it lies on the way that is being followed: the same state again is a loop without end.
/// </summary>
internal sealed class Checkpoint(ProgramState state, Checkpoint? origin, int distance)
{
    private int _open = 1;

    public ProgramState State { get; } = state;

    /// <summary>Instructions on the longest way from here to an end, once complete.</summary>
    public int Longest { get; private set; }

    public bool IsComplete => _open == 0;

    /// <summary>Whether it is among those of its constants in its <see cref="CheckpointSet"/>.</summary>
    public bool IsListed { get; set; }

    /// <summary>The way divides: one more end is to come.</summary>
    public void Divide() => _open++;

    /// <summary>One of the ways from here has ended, so many instructions on.</summary>
    public void End(int length)
    {
        for (Checkpoint? at = this; at is not null; length = at.FromOrigin, at = at.Origin)
        {
            at.Longest = Math.Max(at.Longest, length);
            if (--at._open > 0)
                return;
        }
    }

    private Checkpoint? Origin => origin;

    private int FromOrigin => distance + Longest;
}
