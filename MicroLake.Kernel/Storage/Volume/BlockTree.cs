namespace MicroLake.Storage;

/// <summary>
/// The blocks of a file, or of the inode table: data at level 0, above it levels of pointer blocks, as many as the length needs. Nothing on the disk
/// is changed in its place: a changed page gets a new block with the next state, and so does every pointer block above it. A page that is changed
/// leaves a hole in its pointer block, and is in memory until then.
/// </summary>
/// <param name="owner">Whose blocks they are; null for the inode table.</param>
internal sealed class BlockTree(Volume volume, DiskNode? owner)
{
    private readonly PageTable _pages = new();

    public BlockPointer Root { get; set; }

    /// <summary>Levels of pointers.</summary>
    public int Height { get; set; }

    /// <summary>Inode number of the file; 0 for the inode table.</summary>
    public long File => owner?.Inode ?? 0;

    /// <summary>A page; null where there is a hole.</summary>
    /// <exception cref="DamageException">It, or a pointer block above it, is damaged.</exception>
    public CachedPage? Find(int level, long index)
    {
        if (!_pages.TryGet(level, index, out CachedPage? page))
        {
            BlockPointer pointer = PointerTo(level, index);
            if (pointer.IsHole)
                return null;
            page = Load(level, index, pointer);
        }

        volume.Cache.Use(page);
        return page;
    }

    /// <summary>A data page that is in memory; null: it is not, or there is a hole.</summary>
    public CachedPage? FindCached(long index)
    {
        if (!_pages.TryGet(0, index, out CachedPage? page))
            return null;
        volume.Cache.Use(page);
        return page;
    }

    public bool IsCached(long index) => _pages.TryGet(0, index, out _);

    /// <summary>Moves on to the next data page that is no hole; false: there is none.</summary>
    public bool TryFindData(ref long index)
    {
        while (index >> (DiskLayout.PointerShift * Height) == 0)
        {
            int level = Height;
            while (level > 0 && Find(level, index >> (DiskLayout.PointerShift * level)) is not null)
                level--;
            if (level == 0 && (IsCached(index) || !PointerTo(0, index).IsHole))
                return true;
            int shift = DiskLayout.PointerShift * level;
            index = ((index >> shift) + 1) << shift;
        }

        return false;
    }

    /// <summary>
    /// Reads data pages that follow each other on the disk, too, with one request: some of a number from one on that is not cached. Only an error of
    /// the first one counts.
    /// </summary>
    /// <param name="index">The first.</param>
    /// <param name="asked">Pages that the caller waits for.</param>
    /// <param name="ahead">Pages beyond them.</param>
    public void Fetch(long index, int asked, int ahead)
    {
        BlockPointer[] pointers = volume.Pointers;
        int most = Math.Min(Math.Min(asked + ahead, pointers.Length), volume.Cache.Limit / 4);
        pointers[0] = PointerTo(0, index);
        if (pointers[0].IsHole)
            return;
        int count = 1;
        for (; count < most && !IsCached(index + count); count++)
        {
            pointers[count] = PointerTo(0, index + count);
            if (pointers[count].Block != pointers[0].Block + count)
                break;
        }

        Span<byte> data = volume.Buffer.AsSpan(0, count * DiskLayout.BlockBytes);
        if (count == 1 || !volume.TryRead(pointers[0].Block, data))
        {
            _ = Load(0, index, pointers[0]);
            return;
        }

        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> block = data.Slice(i * DiskLayout.BlockBytes, DiskLayout.BlockBytes);
            if (BlockStore.Verify(pointers[i], block) is { } problem)
            {
                if (i == 0)
                    throw Damage(0, index, problem);
                return;
            }

            CachedPage page = Add(0, index + i);
            block.CopyTo(page.Data);
            if (i < asked)
                continue;
            page.IsAhead = true;
            volume.Cache.Ahead++;
        }
    }

    /// <summary>Makes a page one that will be written with the next state. Its content stays, so doing no more than this changes nothing.</summary>
    /// <param name="replace">The caller writes all of it at once, and what it held is not read.</param>
    /// <exception cref="FileException">The disk is full, or what must be read is damaged.</exception>
    public CachedPage Dirty(int level, long index, bool replace = false)
    {
        while (index >> (DiskLayout.PointerShift * (Height - level)) != 0)
            AddLevel();
        if (_pages.TryGet(level, index, out CachedPage? page) && page.IsDirty)
        {
            volume.Cache.Use(page);
            return page;
        }

        CachedPage? parent = null;
        if (level < Height)
            parent = Dirty(level + 1, index >> DiskLayout.PointerShift);
        else
            owner?.MarkDirty();
        BlockPointer pointer = parent is null ? Root : BlockPointer.Read(parent.Data, Slot(index));
        // Only now: what was done for the blocks above may have taken a clean page away.
        if (!_pages.TryGet(level, index, out page) && !pointer.IsHole && !replace)
            page = Load(level, index, pointer);
        volume.Space.Check(grows: pointer.IsHole);
        if (page is null)
        {
            page = Add(level, index);
            page.Data.AsSpan().Clear();
        }

        volume.SetDirty(page, isTable: owner is null);
        if (pointer.IsHole)
            return page;
        volume.Space.FreeLater(pointer.Block);
        SetPointer(level, index, default);
        return page;
    }

    /// <summary>A changed page gets a block, where it is about to be written to.</summary>
    public void Place(CachedPage page, BlockPointer pointer) => SetPointer(page.Level, page.Index, pointer);

    /// <summary>It could not be written there: it will get another block.</summary>
    public void TakeBack(CachedPage page)
    {
        SetPointer(page.Level, page.Index, default);
        if (page.Level == Height)
            owner?.MarkDirty();
    }

    /// <summary>Makes the pointer blocks that cutting will change changeable, so that it cannot fail.</summary>
    public void PrepareCut(long keep)
    {
        for (int level = 1; keep > 0 && level <= Height; level++)
        {
            long index = (keep - 1) >> (level * DiskLayout.PointerShift);
            if (Find(level, index) is null)
                continue;
            _ = Dirty(level, index);
            break;
        }
    }

    /// <summary>Gives back all data pages from one on.</summary>
    /// <remarks>What a damaged pointer block led to stays taken until the file system is mounted the next time.</remarks>
    public void Cut(long keep)
    {
        if (Cut(Height, 0, Root, keep))
            (Root, Height) = (default, 0);
    }

    /// <summary>The cache took a page away.</summary>
    public void Forget(CachedPage page) => _pages.Remove(page);

    private static int Slot(long index) => (int)index & (DiskLayout.PointersPerBlock - 1);

    private CachedPage Add(int level, long index)
    {
        CachedPage page = volume.Cache.Add(this, level, index);
        _pages.Add(page);
        return page;
    }

    private CachedPage Load(int level, long index, BlockPointer pointer)
    {
        CachedPage page = Add(level, index);
        string? problem = null;
        bool read = false;
        try
        {
            problem = volume.Store.ReadChecked(pointer, page.Data);
            read = problem is null;
        }
        finally
        {
            if (!read)
                Drop(page);
        }

        return problem is null ? page : throw Damage(level, index, problem);
    }

    private BlockPointer PointerTo(int level, long index)
    {
        if (level >= Height)
            return level == Height && index == 0 ? Root : default;
        return Find(level + 1, index >> DiskLayout.PointerShift) is { } parent ? BlockPointer.Read(parent.Data, Slot(index)) : default;
    }

    private void SetPointer(int level, long index, BlockPointer pointer)
    {
        if (level == Height)
            Root = pointer;
        else
            pointer.Write(_pages[level + 1, index >> DiskLayout.PointerShift]!.Data, Slot(index));
    }

    /// <summary>One more level of pointers, above what is there.</summary>
    private void AddLevel()
    {
        if (!Root.IsHole || _pages.TryGet(Height, 0, out _))
        {
            owner?.MarkDirty();
            volume.Space.Check(grows: true);
            CachedPage top = Add(Height + 1, 0);
            top.Data.AsSpan().Clear();
            volume.SetDirty(top, isTable: owner is null);
            Root.Write(top.Data);
            Root = default;
        }

        Height++;
    }

    /// <summary>Gives back what lies from a page on below one block. True: that is all of it, and the block itself is given back, too.</summary>
    private bool Cut(int level, long index, BlockPointer pointer, long keep)
    {
        _ = _pages.TryGet(level, index, out CachedPage? page);
        if (page is null && pointer.IsHole)
            return true;
        int shift = DiskLayout.PointerShift * level;
        long first = index << shift;
        bool whole = first >= keep;
        if (level > 0 && (page?.Data ?? volume.TryReadPointers(pointer)) is { } data)
        {
            int start = whole ? 0 : (int)((keep - first) >> (shift - DiskLayout.PointerShift));
            for (int slot = start; slot < DiskLayout.PointersPerBlock; slot++)
                if (Cut(level - 1, (index << DiskLayout.PointerShift) | (uint)slot, BlockPointer.Read(data, slot), keep))
                    default(BlockPointer).Write(data, slot);
        }

        if (!whole)
            return false;
        if (page is not null)
            Drop(page);
        if (!pointer.IsHole)
            volume.Space.FreeLater(pointer.Block);
        return true;
    }

    private void Drop(CachedPage page)
    {
        if (page.IsDirty)
            volume.Space.Fulfil();
        volume.Cache.Drop(page);
        Forget(page);
    }

    private DamageException Damage(int level, long index, string problem) =>
        new($"{owner?.Path ?? "the inode table"} is damaged: {(level == 0 ? "block" : $"pointer block of level {level}, number")} {index}: {problem}");
}
