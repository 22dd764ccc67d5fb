using MicroLake.Abi;

namespace MicroLake.Sdk;

/// <summary>A handle of this process, closed exactly once: by <see cref="Dispose()"/>, or by the collector when nobody uses it any more.</summary>
/// <param name="value">A handle that nobody else will close.</param>
public class Handle(uint value) : IDisposable
{
    private uint _value = value;

    ~Handle() => Close();

    /// <summary>How handles are closed; tests off the machine put something else here.</summary>
    internal static Func<uint, Status> Closer { get; set; } = HandleNumbers.Close;

    public bool IsClosed => Volatile.Read(ref _value) == 0;

    /// <summary>The kernel's number for it.</summary>
    /// <exception cref="ObjectDisposedException">It is closed, or was given away.</exception>
    public uint Value
    {
        get
        {
            uint value = Volatile.Read(ref _value);
            ObjectDisposedException.ThrowIf(value == 0, this);
            return value;
        }
    }

    /// <summary>From now on somebody else closes the handle.</summary>
    /// <exception cref="ObjectDisposedException">It is closed, or was given away.</exception>
    public uint Detach()
    {
        uint value = Interlocked.Exchange(ref _value, 0);
        ObjectDisposedException.ThrowIf(value == 0, this);
        GC.SuppressFinalize(this);
        return value;
    }

    public virtual void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    private void Close()
    {
        uint value = Interlocked.Exchange(ref _value, 0);
        // A handle that went away in a message whose sender never learnt it is no handle any more, and its number nobody else's.
        if (value != 0)
            _ = Closer(value);
    }
}
