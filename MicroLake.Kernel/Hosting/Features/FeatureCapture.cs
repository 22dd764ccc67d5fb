using MicroLake.Abi;

namespace MicroLake.Hosting.Features;

/// <summary>
/// A vector between begin and commit. It takes a place of the ring until it is committed or abandoned, which is to be soon; afterwards, and
/// where there was no place, what is captured goes nowhere.
/// </summary>
public unsafe ref struct FeatureCapture
{
    private readonly uint _handle;
    private readonly uint _values;
    private FeatureVector* _vector;

    internal FeatureCapture(uint handle, uint values, FeatureVector* vector)
    {
        _handle = handle;
        _values = values;
        _vector = vector;
    }

    /// <summary>Whether there is a vector to capture into.</summary>
    public readonly bool IsThere => _vector != null;

    /// <summary>Captures an integer, or an element of an array of them.</summary>
    /// <param name="offset">The feature's <see cref="FeatureDescription.Offset"/>, plus the index of the element.</param>
    /// <param name="value">The value.</param>
    public readonly void Set(int offset, long value)
    {
        if (_vector != null && (uint)offset < _values)
            ((long*)(_vector + 1))[offset] = value;
    }

    /// <summary>Captures a number of a feature of kind <see cref="FeatureKind.Float"/>.</summary>
    public readonly void Set(int offset, double value) => Set(offset, BitConverter.DoubleToInt64Bits(value));

    /// <summary>Changes a counter, for this vector and all that begin later.</summary>
    public readonly void Add(int offset, long by)
    {
        if (_vector != null && (uint)offset < _values)
            KernelCall.FeatureIncrement(_handle, _vector, offset, by);
    }

    /// <summary>The vector is whole: readers get it.</summary>
    public void Commit()
    {
        if (_vector != null)
            KernelCall.FeatureCommit(_handle, _vector);
        _vector = null;
    }

    /// <summary>The vector never was.</summary>
    public void Abandon()
    {
        if (_vector != null)
            KernelCall.FeatureAbandon(_handle, _vector);
        _vector = null;
    }
}
