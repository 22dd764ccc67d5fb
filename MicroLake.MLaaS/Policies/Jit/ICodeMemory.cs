namespace MicroLake.Policies.Jit;

/// <summary>Where compiled code lies. No page of it is ever writable and executable at once.</summary>
public interface ICodeMemory
{
    /// <summary>Copies code into memory that can be executed, and no longer written.</summary>
    /// <exception cref="OutOfMemoryException">There is none.</exception>
    nint Place(ReadOnlySpan<byte> code);

    /// <summary>Gives back what <see cref="Place"/> returned for code of this length. Nobody runs it any more.</summary>
    void Free(nint address, int length);
}
