namespace MicroLake.Hosting.Features;

/// <summary>Registries that the nucleus feeds itself.</summary>
public enum BuiltInFeatures
{
    /// <summary><c>sched.run</c>: a vector for each run of a thread.</summary>
    Runs = 0,

    /// <summary><c>mm.fault</c>: a vector for each page fault.</summary>
    Faults = 1,
}
