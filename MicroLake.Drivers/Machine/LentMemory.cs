namespace MicroLake.Drivers;

/// <summary>Work of a driver on memory that a caller lends it: devices use it where it lies, without a copy.</summary>
public abstract class LentMemory
{
    /// <summary>Does the work. No device may use the memory any more when it returns or throws.</summary>
    /// <param name="pieces">Where devices find the memory, in its order.</param>
    public abstract void Use(ReadOnlySpan<DmaPiece> pieces);
}
