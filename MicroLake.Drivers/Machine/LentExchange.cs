namespace MicroLake.Drivers;

/// <summary>Work of a driver on memory that a caller lends it: some that devices read, some that they write, where it lies.</summary>
public abstract class LentExchange
{
    /// <summary>Does the work. No device may use the memory any more when it returns or throws.</summary>
    /// <param name="read">Where devices find what they read, in its order.</param>
    /// <param name="written">Where devices find what they write, in its order.</param>
    public abstract void Use(ReadOnlySpan<DmaPiece> read, ReadOnlySpan<DmaPiece> written);
}
