namespace MicroLake.Policies.Maps;

/// <summary>Kinds of maps, with the numbers that <c>microlake.h</c> gives them.</summary>
public enum MapKind
{
    /// <summary>Values by hashed keys.</summary>
    Hash = 1,

    /// <summary>Values by an index of 4 bytes; all are there from the start, zero.</summary>
    Array = 2,

    /// <summary>An array of which each processor has its own.</summary>
    PerProcessorArray = 6,

    /// <summary>Records from programs to whoever reads them, in order.</summary>
    RingBuffer = 27,
}
