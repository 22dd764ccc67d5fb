namespace MicroLake.Storage;

/// <summary>
/// Writes the changed pages to new blocks: data before the pointers to it, files before the inode table. Pages whose blocks follow each other go in
/// one request. A page counts as changed until its request is done.
/// </summary>
/// <param name="buffer">For one request; between two requests others may use it.</param>
/// <param name="pause">Called between two requests.</param>
internal sealed class StateWriter(BlockStore store, SpaceMap space, PageCache cache, byte[] buffer, Action pause)
{
    private readonly List<CachedPage>[] _files = Levels();
    private readonly List<CachedPage>[] _table = Levels();
    private readonly CachedPage[] _batch = new CachedPage[BlockStore.MaxRun];
    private readonly BlockPointer[] _places = new BlockPointer[BlockStore.MaxRun];
    private readonly List<BlockPointer> _written = [];
    private int _batchLength;

    public long BlocksWritten { get; private set; }

    /// <summary>All blocks that were written since the last durable state; null: they are more than a superblock names.</summary>
    public IReadOnlyList<BlockPointer>? Written => _written.Count <= Superblock.MostFresh ? _written.ToArray() : null;

    public void Add(CachedPage page, bool isTable) => (isTable ? _table : _files)[page.Level].Add(page);

    /// <summary>Writes all that has changed.</summary>
    /// <param name="fillTable">Called when the files' blocks have their places: changes pages of the inode table that have changed before.</param>
    /// <exception cref="BlockDeviceException">The device failed. What was not written is still to be written.</exception>
    public void Write(Action fillTable)
    {
        try
        {
            Put(_files);
            fillTable();
            Put(_table);
            Send();
        }
        finally
        {
            Abandon();
            Prune(_files);
            Prune(_table);
        }
    }

    /// <summary>The present state is durable.</summary>
    public void Committed() => _written.Clear();

    private static List<CachedPage>[] Levels()
    {
        var levels = new List<CachedPage>[DiskLayout.MaxHeight + 1];
        for (int level = 0; level < levels.Length; level++)
            levels[level] = [];
        return levels;
    }

    private static void Prune(List<CachedPage>[] levels)
    {
        foreach (List<CachedPage> pages in levels)
            _ = pages.RemoveAll(static page => !page.IsDirty);
    }

    private void Put(List<CachedPage>[] levels)
    {
        foreach (List<CachedPage> pages in levels)
        {
            pages.Sort(static (a, b) => a.Tree.File != b.Tree.File ? a.Tree.File.CompareTo(b.Tree.File) : a.Index.CompareTo(b.Index));
            foreach (CachedPage page in pages)
                // A page that was dropped stays in the list; one that was dropped and made anew is another one.
                if (page.IsDirty)
                    Put(page);
        }
    }

    /// <summary>Gives a page a block. The pages that its pointers lead to have theirs, so its content is final.</summary>
    private void Put(CachedPage page)
    {
        uint block = space.Allocate();
        if (_batchLength == _batch.Length || (_batchLength > 0 && block != _places[0].Block + _batchLength))
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

        var place = new BlockPointer(block, Checksum.Of(page.Data));
        page.Data.CopyTo(buffer, _batchLength * DiskLayout.BlockBytes);
        page.Tree.Place(page, place);
        (_batch[_batchLength], _places[_batchLength]) = (page, place);
        _batchLength++;
    }

    private void Send()
    {
        if (_batchLength == 0)
            return;
        store.Write(_places[0].Block, buffer.AsSpan(0, _batchLength * DiskLayout.BlockBytes));
        for (int i = 0; i < _batchLength; i++)
        {
            cache.SetClean(_batch[i]);
            space.Fulfil();
            if (_written.Count <= Superblock.MostFresh)
                _written.Add(_places[i]);
        }

        BlocksWritten += _batchLength;
        _batchLength = 0;
        pause();
    }

    /// <summary>Gives the blocks of a request that failed back; its pages get others the next time.</summary>
    private void Abandon()
    {
        while (_batchLength > 0)
        {
            _batchLength--;
            _batch[_batchLength].Tree.TakeBack(_batch[_batchLength]);
            space.Undo(_places[_batchLength].Block);
        }

        Array.Clear(_batch);
    }
}
