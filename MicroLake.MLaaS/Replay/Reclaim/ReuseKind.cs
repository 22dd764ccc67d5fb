namespace MicroLake.Replay.Reclaim;

/// <summary>A coarse description of an object's past: how often it was used, at which interval on average, how long ago, at which distance before,
/// and which heuristics hold it.</summary>
internal readonly struct ReuseKind(int uses, int interval, int age, int gap, int holders)
{
    public const int UsesClasses = 5, IntervalClasses = 8, AgeClasses = 8, GapClasses = 5;

    /// <summary>By number of uses and age: few kinds, soon known.</summary>
    public int Wide => uses * AgeClasses + age;

    /// <summary>By which heuristics hold it, and age.</summary>
    public int Held => holders * AgeClasses + age;

    /// <summary>By interval, age and last distance.</summary>
    public int Narrow => (interval * AgeClasses + age) * GapClasses + gap;
}
