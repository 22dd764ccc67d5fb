namespace MicroLake.Abi;

/// <summary>A function of an image that holds an address.</summary>
public struct Symbol
{
    /// <summary>Address of the function.</summary>
    public ulong Start;

    /// <summary>Where its name begins among the table's packed names.</summary>
    public uint Name;

    /// <summary>1 for code of the nucleus or the platform layer.</summary>
    public byte IsNucleus;
}
