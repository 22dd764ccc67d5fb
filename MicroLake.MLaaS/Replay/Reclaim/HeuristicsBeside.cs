namespace MicroLake.Replay.Reclaim;

/// <summary>Caches without data of LRU and of the uses of all time, beside that of a policy which learns from them: which of them holds an object, and what they
/// would let go next, tells of it what no distance does.</summary>
internal sealed class HeuristicsBeside
{
    /// <summary>Sets of heuristics that may hold an object.</summary>
    public const int Sets = 4;

    /// <summary>A use counts for as much in <see cref="LeadOfLru"/> as so many in a cache of uses.</summary>
    private const float Newest = 2, MostNewest = 0.25f;

    private readonly LruPolicy _lru;
    private readonly FrequencyPolicy _mostUsed;

    /// <param name="objects">They are numbered from 0 up to, but not, this.</param>
    /// <param name="capacity">Of each cache.</param>
    public HeuristicsBeside(int objects, Capacity capacity)
    {
        Lru = new(objects, capacity, _lru = new(objects));
        MostUsed = new(objects, capacity, _mostUsed = new(objects));
    }

    public ObjectCache Lru { get; }

    public ObjectCache MostUsed { get; }

    /// <summary>How many more of the last uses were hits of LRU than of the uses of all time, as a share; negative: fewer.</summary>
    public float LeadOfLru { get; private set; }

    /// <summary>What LRU would let go next; -1: it holds none.</summary>
    public int NextOfLru => Lru.Count > 0 ? _lru.Next : -1;

    /// <summary>What the uses of all time would.</summary>
    public int NextOfMostUsed => MostUsed.Count > 0 ? _mostUsed.Next : -1;

    /// <summary>Bit 0: LRU holds the object, bit 1: the uses of all time do.</summary>
    public int HoldersOf(int id) => (Lru.Contains(id) ? 1 : 0) | (MostUsed.Contains(id) ? 2 : 0);

    /// <summary>An object is used; told before the caches are.</summary>
    public void Use(int id)
    {
        int lead = (Lru.Contains(id) ? 1 : 0) - (MostUsed.Contains(id) ? 1 : 0);
        LeadOfLru += Math.Min(MostNewest, Newest / Math.Max(16, Lru.Count)) * (lead - LeadOfLru);
    }
}
