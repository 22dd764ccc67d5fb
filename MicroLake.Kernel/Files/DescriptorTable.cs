namespace MicroLake.Files;

/// <summary>
/// Small numbers for open files; a new one is the lowest that is free, as POSIX demands. A caller borrows the open
/// file for the length of a call, so a descriptor that is closed and given out again meanwhile cannot mix them up.
/// </summary>
public sealed class DescriptorTable(int limit = DescriptorTable.DefaultLimit)
{
    public const int DefaultLimit = 4096;

    private readonly Lock _gate = new();
    private readonly List<OpenFile?> _slots = [];
    private int _lowestFree;

    /// <summary>Number of descriptors in use.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _slots.Count(slot => slot is not null);
        }
    }

    /// <summary>Gives the file a descriptor; the table takes over the caller's reference.</summary>
    public Errno Add(OpenFile file, out int descriptor)
    {
        lock (_gate)
        {
            descriptor = _lowestFree;
            if (descriptor >= limit)
            {
                descriptor = -1;
                return Errno.EMFILE;
            }
            if (descriptor == _slots.Count)
                _slots.Add(file);
            else
                _slots[descriptor] = file;
            do
                _lowestFree++;
            while (_lowestFree < _slots.Count && _slots[_lowestFree] is not null);
            return Errno.None;
        }
    }

    public Errno Close(int descriptor)
    {
        OpenFile? file;
        lock (_gate)
        {
            if ((uint)descriptor >= (uint)_slots.Count || (file = _slots[descriptor]) is null)
                return Errno.EBADF;
            _slots[descriptor] = null;
            _lowestFree = Math.Min(_lowestFree, descriptor);
        }
        file.Release();
        return Errno.None;
    }

    /// <summary>Closes every descriptor.</summary>
    public void CloseAll()
    {
        int count;
        lock (_gate)
            count = _slots.Count;
        for (int descriptor = 0; descriptor < count; descriptor++)
            _ = Close(descriptor);
    }

    /// <summary>Makes a second descriptor of the same open file.</summary>
    public Errno Duplicate(int descriptor, out int copy)
    {
        copy = -1;
        using Borrowed borrowed = Borrow(descriptor);
        if (borrowed.File is not { } file || !file.TryHold())
            return Errno.EBADF;
        Errno error = Add(file, out copy);
        if (error != Errno.None)
            file.Release();
        return error;
    }

    /// <summary>Holds the open file behind a descriptor until the result is disposed.</summary>
    public Borrowed Borrow(int descriptor)
    {
        lock (_gate)
            return (uint)descriptor < (uint)_slots.Count && _slots[descriptor] is { } file && file.TryHold() ? new Borrowed(file) : default;
    }

    /// <summary>A borrowed open file; <see cref="File"/> is null when the descriptor was not open.</summary>
    public readonly ref struct Borrowed(OpenFile? file)
    {
        public OpenFile? File { get; } = file;

        public void Dispose() => File?.Release();
    }
}
