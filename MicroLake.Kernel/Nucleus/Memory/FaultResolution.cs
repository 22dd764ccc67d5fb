namespace MicroLake.Nucleus.Memory;

/// <summary>What comes of a touch of memory that is not present.</summary>
internal enum FaultResolution
{
    /// <summary>There is no such memory, or none left for it.</summary>
    None,

    /// <summary>It is present now.</summary>
    Present,

    /// <summary>The pager has to bring the page, or to make room for it: to be tried again when it has.</summary>
    Waits,
}
