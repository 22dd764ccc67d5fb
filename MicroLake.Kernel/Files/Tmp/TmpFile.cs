namespace MicroLake.Files;

/// <summary>File data in memory as pages by index; a page that was never written is a hole and reads as zeros.</summary>
internal sealed class TmpFile(TmpFileSystem owner, int mode) : TmpNode(owner, mode)
{
    private const int PageSize = 4096;

    private readonly Dictionary<long, byte[]> _pages = [];
    private long _length;

    public override NodeKind Kind => NodeKind.File;

    protected override long Size => _length;

    public override Errno Read(long offset, Span<byte> buffer, out int count)
    {
        lock (Owner.Gate)
        {
            count = (int)Math.Clamp(_length - offset, 0, buffer.Length);
            Accessed();
            for (int done = 0; done < count;)
            {
                (long page, int at) = Locate(offset + done);
                Span<byte> part = buffer[done..Math.Min(count, done + PageSize - at)];
                if (_pages.TryGetValue(page, out byte[]? data))
                    data.AsSpan(at, part.Length).CopyTo(part);
                else
                    part.Clear();
                done += part.Length;
            }
            return Errno.None;
        }
    }

    public override Errno Write(long offset, ReadOnlySpan<byte> data, out int count)
    {
        lock (Owner.Gate)
            return WriteLocked(offset, data, out count);
    }

    public override Errno Append(ReadOnlySpan<byte> data, out int count, out long position)
    {
        lock (Owner.Gate)
        {
            Errno error = WriteLocked(_length, data, out count);
            position = _length;
            return error;
        }
    }

    public override Errno Truncate(long length)
    {
        if (length > TmpFileSystem.MaxFileSize)
            return Errno.EFBIG;
        lock (Owner.Gate)
        {
            if (length < _length)
                Cut(length);
            _length = length;
            Modified();
            return Errno.None;
        }
    }

    protected override void Free()
    {
        Cut(0);
        _length = 0;
        Owner.Refund(TmpFileSystem.NodeCost);
    }

    private static (long Page, int Offset) Locate(long position) => (position / PageSize, (int)(position % PageSize));

    private Errno WriteLocked(long offset, ReadOnlySpan<byte> data, out int count)
    {
        count = 0;
        if (data.IsEmpty)
            return Errno.None;
        if (offset > TmpFileSystem.MaxFileSize - data.Length)
            return Errno.EFBIG;
        Errno error = Errno.None;
        while (count < data.Length)
        {
            (long page, int at) = Locate(offset + count);
            error = Page(page, out byte[]? target);
            if (error != Errno.None)
                break;
            ReadOnlySpan<byte> part = data[count..Math.Min(data.Length, count + PageSize - at)];
            part.CopyTo(target.AsSpan(at));
            count += part.Length;
        }
        if (count == 0)
            return error;
        _length = Math.Max(_length, offset + count);
        Modified();
        return Errno.None;
    }

    private Errno Page(long index, out byte[]? page)
    {
        if (_pages.TryGetValue(index, out page))
            return Errno.None;
        if (!Owner.TryCharge(PageSize))
            return Errno.ENOSPC;
        try
        {
            page = new byte[PageSize];
            _pages.Add(index, page);
            return Errno.None;
        }
        catch (OutOfMemoryException)
        {
            Owner.Refund(PageSize);
            return Errno.ENOSPC;
        }
    }

    private void Cut(long length)
    {
        (long last, int keep) = Locate(length);
        long firstGone = keep == 0 ? last : last + 1;
        foreach (long index in _pages.Keys.Where(index => index >= firstGone).ToArray())
        {
            _pages.Remove(index);
            Owner.Refund(PageSize);
        }
        // What lies beyond the end must read as zeros when the file grows again.
        if (keep != 0 && _pages.TryGetValue(last, out byte[]? page))
            page.AsSpan(keep).Clear();
    }
}
