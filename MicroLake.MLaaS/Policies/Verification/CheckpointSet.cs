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
        {
            alike[0].IsListed = false;
            alike.RemoveAt(0);
        }

        alike.Add(checkpoint);
        checkpoint.IsListed = true;
        _recent[_next++ % Recent] = (signature, checkpoint);
    }

    public void Remove(ulong signature, Checkpoint checkpoint)
    {
        if (checkpoint.IsListed)
            _alike[signature].Remove(checkpoint);
        checkpoint.IsListed = false;
    }

    /// <summary>One for which the test holds, or null.</summary>
    /// <param name="signature">Of the state that it is compared with.</param>
    /// <param name="hasSame">It must have the same constants.</param>
    /// <param name="test">The test.</param>
    public Checkpoint? Find(ulong signature, bool hasSame, Func<Checkpoint, bool> test)
    {
        if (_alike.TryGetValue(signature, out List<Checkpoint>? alike))
            foreach (Checkpoint checkpoint in alike)
                if (test(checkpoint))
                    return checkpoint;
        foreach ((ulong other, Checkpoint? checkpoint) in _recent)
        {
            // One that was removed is looked at for as long as it is recent.
            if (checkpoint is not null && (other == signature ? !checkpoint.IsListed : !hasSame) && test(checkpoint))
                return checkpoint;
        }

        return null;
    }
}
