namespace MicroLake.Policies.Verification;

/// <summary>
/// Checkpoints of one instruction. Those with the same constants where constants matter, which in a loop are those of the same turn, are found at once;
/// of the others the last few are looked at.
/// </summary>
internal sealed class CheckpointSet
{
    private const int Recent = 16;
    private const int PerSignature = 16;

    private readonly Dictionary<ulong, List<Checkpoint>> _alike = [];
    private readonly (ulong Signature, Checkpoint? Checkpoint)[] _recent = new (ulong, Checkpoint?)[Recent];
    private int _next;

    public void Add(ulong signature, Checkpoint checkpoint)
    {
        if (!_alike.TryGetValue(signature, out List<Checkpoint>? alike))
            _alike.Add(signature, alike = []);
        if (alike.Count == PerSignature)
            alike.RemoveAt(0);
        alike.Add(checkpoint);
        _recent[_next++ % Recent] = (signature, checkpoint);
    }

    public void Remove(ulong signature, Checkpoint checkpoint) => _alike[signature].Remove(checkpoint);

    /// <summary>One with the same constants for which the test holds, or null.</summary>
    public Checkpoint? FindAlike(ulong signature, Func<Checkpoint, bool> test)
    {
        if (_alike.TryGetValue(signature, out List<Checkpoint>? alike))
            foreach (Checkpoint checkpoint in alike)
                if (test(checkpoint))
                    return checkpoint;
        return null;
    }

    /// <summary>One for which the test holds, or null.</summary>
    public Checkpoint? Find(ulong signature, Func<Checkpoint, bool> test)
    {
        if (FindAlike(signature, test) is { } found)
            return found;
        foreach ((ulong other, Checkpoint? checkpoint) in _recent)
            if (checkpoint is not null && other != signature && test(checkpoint))
                return checkpoint;
        return null;
    }
}
