namespace MicroLake.Storage;

/// <summary>
/// Writes the changed pages to new blocks: data before the pointers to it, files before the inode table. Pages whose blocks follow each other go in
/// one request. A page counts as changed until its request is done.
/// </summary>
/// <param name="buffer">For one request.</param>
internal sealed class StateWriter(BlockStore store, SpaceMap space, byte[] buffer)
{
    private readonly List<CachedPage>[] _files = Levels();
    private readonly List<CachedPage>[] _table = Levels();
    private readonly CachedPage[] _batch = new CachedPage[BlockStore.MaxRun];
    private int _batchLength;
    private uint _batchStart;

    public long BlocksWritten { get; private set; }

    public void Add(CachedPage page, bool isTable) => (isTable ? _table : _files)[page.Level].Add(page);

    public void WriteFiles() => Write(_files);

    public void WriteTable() => Write(_table);

    private static List<CachedPage>[] Levels()
    {
        var levels = new List<CachedPage>[DiskLayout.MaxHeight + 1];
        for (int level = 0; level < levels.Length; level++)
            levels[level] = [];
        return levels;
    }

    private void Write(List<CachedPage>[] levels)
    {
        foreach (List<CachedPage> pages in levels)
        {
            try
            {
                pages.Sort(static (a, b) => a.Tree.File != b.Tree.File ? a.Tree.File.CompareTo(b.Tree.File) : a.Index.CompareTo(b.Index));
                foreach (CachedPage page in pages)
                    // A page that was dropped stays in the list; one that was dropped and made anew is another one.
                    if (page.IsDirty)
                        Put(page);
                Send();
            }
            finally
            {
                Abandon();
                _ = pages.RemoveAll(static page => !page.IsDirty);
            }
        }
    }

    private void Put(CachedPage page)
    {
        uint block = space.Allocate();
        if (_batchLength == _batch.Length || (_batchLength > 0 && block != _batchStart + _batchLength))
        {
            try
            {
                Send();
            }
            catch
            {
                space.Undo(block);
                throw;
            }
        }

        if (_batchLength == 0)
            _batchStart = block;
        page.Data.CopyTo(buffer, _batchLength * DiskLayout.BlockBytes);
        _batch[_batchLength++] = page;
    }

    private void Send()
    {
        if (_batchLength == 0)
            return;
        store.Write(_batchStart, buffer.AsSpan(0, _batchLength * DiskLayout.BlockBytes));
        for (int i = 0; i < _batchLength; i++)
        {
            CachedPage page = _batch[i];
            page.Tree.Written(page, new BlockPointer(_batchStart + (uint)i, Checksum.Of(page.Data)));
            space.Fulfil();
        }

        BlocksWritten += _batchLength;
        _batchLength = 0;
    }

    /// <summary>Gives the blocks of a request that failed back; its pages get others the next time.</summary>
    private void Abandon()
    {
        for (; _batchLength > 0; _batchLength--)
            space.Undo(_batchStart + (uint)_batchLength - 1);
        Array.Clear(_batch);
    }
}
