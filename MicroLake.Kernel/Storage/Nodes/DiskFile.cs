using MicroLake.Files;

namespace MicroLake.Storage;

/// <summary>A file on a disk. What was never written is a hole, and reads as zeros.</summary>
internal sealed class DiskFile(Volume volume, long inode, in InodeRecord record, DiskDirectory? parent, string name)
    : DiskNode(volume, inode, record, parent, name)
{
    /// <summary>The most that one write changes, in pages: each write is in a state whole or not at all.</summary>
    private const int MaxWritePages = 256;

    private ReadHistory? _history;

    public override NodeKind Kind => NodeKind.File;

    public override Errno Read(long offset, Span<byte> buffer, out int count)
    {
        count = 0;
        using (Volume.Gate.Read(Inode, offset >> DiskLayout.BlockShift, DiskLayout.BlocksFor(buffer.Length)))
        {
            int length = (int)Math.Clamp(Size - offset, 0, buffer.Length);
            if (length == 0)
                return Errno.None;
            try
            {
                Volume.Cache.Begin();
                (_history ??= new ReadHistory()).Add(offset, length);
                while (count < length)
                {
                    (long index, int at) = Locate(offset + count);
                    Span<byte> part = buffer[count..Math.Min(length, count + DiskLayout.BlockBytes - at)];
                    if (Page(index, DiskLayout.BlocksFor(offset + length) - index) is { } page)
                        page.Data.AsSpan(at, part.Length).CopyTo(part);
                    else
                        part.Clear();
                    count += part.Length;
                }

                return Errno.None;
            }
            catch (Exception error) when (Volume.ErrorOf(error) is var errno and not Errno.None)
            {
                return count > 0 ? Errno.None : errno;
            }
        }
    }

    public override Errno Write(long offset, ReadOnlySpan<byte> data, out int count)
    {
        using (Volume.Gate.Change(Inode, offset >> DiskLayout.BlockShift, DiskLayout.BlocksFor(data.Length)))
            return WriteLocked(offset, data, out count);
    }

    public override Errno Append(ReadOnlySpan<byte> data, out int count, out long position)
    {
        using (Volume.Gate.Change(Inode, 0, DiskLayout.BlocksFor(data.Length)))
        {
            Errno error = WriteLocked(Size, data, out count);
            position = Size;
            return error;
        }
    }

    public override Errno Truncate(long length)
    {
        if (length > DiskLayout.MaxFileBytes)
            return Errno.EFBIG;
        using (Volume.Gate.Change(Inode))
        {
            try
            {
                Volume.Begin();
                MarkDirty();
                if (length < Size)
                    Cut(length);
                Size = length;
                Modified();
                return Errno.None;
            }
            catch (Exception error) when (Volume.ErrorOf(error) is var errno and not Errno.None)
            {
                return errno;
            }
        }
    }

    private static (long Index, int Offset) Locate(long position) =>
        (position >> DiskLayout.BlockShift, (int)(position & (DiskLayout.BlockBytes - 1)));

    /// <summary>A page to read from; null is a hole.</summary>
    /// <param name="index">Which.</param>
    /// <param name="asked">Pages that the caller reads from there on.</param>
    private CachedPage? Page(long index, long asked)
    {
        if (Tree.FindCached(index) is { } cached)
        {
            Volume.Hits++;
            return cached;
        }

        Volume.Misses++;
        int count = (int)Math.Min(asked, BlockStore.MaxRun);
        int ahead = Volume.Readahead.PagesAhead(new ReadRequest
        {
            File = Inode,
            FilePages = DiskLayout.BlocksFor(Size),
            Page = index,
            Count = count,
            Run = _history!.Run >> DiskLayout.BlockShift,
            Recent = _history.Recent,
        });
        Tree.Fetch(index, count, Math.Clamp(ahead, 0, BlockStore.MaxRun));
        return Tree.Find(0, index);
    }

    private Errno WriteLocked(long offset, ReadOnlySpan<byte> data, out int count)
    {
        count = 0;
        if (data.IsEmpty)
            return Errno.None;
        if (offset > DiskLayout.MaxFileBytes - data.Length)
            return Errno.EFBIG;
        data = data[..Math.Min(data.Length, Math.Min(MaxWritePages, Volume.Cache.Limit / 4) << DiskLayout.BlockShift)];
        try
        {
            Volume.Begin((data.Length >> DiskLayout.BlockShift) + 2);
            MarkDirty();
            while (count < data.Length)
            {
                (long index, int at) = Locate(offset + count);
                ReadOnlySpan<byte> part = data[count..Math.Min(data.Length, count + DiskLayout.BlockBytes - at)];
                // Beyond the end of the file a page holds nothing that must be kept, but the rest of it must be zeros.
                bool replace = part.Length == DiskLayout.BlockBytes;
                part.CopyTo(Tree.Dirty(0, index, replace).Data.AsSpan(at));
                count += part.Length;
            }
        }
        catch (Exception error) when (Volume.ErrorOf(error) is var errno and not Errno.None)
        {
            if (count == 0)
                return errno;
        }

        Size = Math.Max(Size, offset + count);
        Modified();
        return Errno.None;
    }

    private void Cut(long length)
    {
        (long last, int keep) = Locate(length);
        CachedPage? partial = keep != 0 && Tree.Find(0, last) is not null ? Tree.Dirty(0, last) : null;
        long pages = DiskLayout.BlocksFor(length);
        Tree.PrepareCut(pages);
        // What lies beyond the end must read as zeros when the file grows again.
        partial?.Data.AsSpan(keep).Clear();
        Tree.Cut(pages);
    }
}
