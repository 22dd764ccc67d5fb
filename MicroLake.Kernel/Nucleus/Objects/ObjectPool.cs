using MicroLake.Abi;

namespace MicroLake.Nucleus.Objects;

/// <summary>
/// Room for kernel objects, <see cref="ObjectsPerPage"/> in each page frame that it is given. Taking and returning take constant
/// time. One empty page is kept; a further one leaves the pool. The caller holds a lock.
/// </summary>
internal unsafe struct ObjectPool
{
    /// <summary>The most bytes of an object.</summary>
    public const int ObjectBytes = 128;

    public const int ObjectsPerPage = 4096 / ObjectBytes - 1;

    private const ulong PageMask = 4095;

    /// <summary>The first piece of each page.</summary>
    private struct Page
    {
        public Page* Next;
        public Page* Previous;
        public FreeObject* Free;
        public uint Used;
    }

    /// <summary>What lies in a piece that waits. The lock of the object that was here stays a lock, and open.</summary>
    private struct FreeObject
    {
        public KernelObject Header;
        public FreeObject* Next;
    }

    private Page* _withRoom;
    private uint _emptyPages;
    private uint _pages;
    private uint _objects;

    /// <summary>Objects taken.</summary>
    public readonly uint Objects => _objects;

    public readonly uint Pages => _pages;

    /// <summary>Adds a page of zeros.</summary>
    public void AddPage(void* memory)
    {
        var page = (Page*)memory;
        for (int i = ObjectsPerPage; i > 0; i--)
        {
            var free = (FreeObject*)((byte*)memory + i * ObjectBytes);
            free->Next = page->Free;
            page->Free = free;
        }

        Link(page);
        _emptyPages++;
        _pages++;
    }

    /// <summary>Room for an object, all but its header's lock undefined; null: a page is needed.</summary>
    public KernelObject* Take()
    {
        Page* page = _withRoom;
        if (page == null)
            return null;
        FreeObject* taken = page->Free;
        page->Free = taken->Next;
        if (page->Used++ == 0)
            _emptyPages--;
        if (page->Free == null)
            Unlink(page);
        _objects++;
        return &taken->Header;
    }

    /// <summary>Takes an object's room back. Returns a page that is not the pool's any more, or null.</summary>
    public void* Return(KernelObject* target)
    {
        target->Type = ObjectType.None;
        var page = (Page*)((ulong)target & ~PageMask);
        var free = (FreeObject*)target;
        free->Next = page->Free;
        if (page->Free == null)
            Link(page);
        page->Free = free;
        _objects--;
        if (--page->Used != 0)
            return null;
        if (_emptyPages == 0)
        {
            _emptyPages = 1;
            return null;
        }

        Unlink(page);
        _pages--;
        return page;
    }

    private void Link(Page* page)
    {
        page->Previous = null;
        page->Next = _withRoom;
        if (_withRoom != null)
            _withRoom->Previous = page;
        _withRoom = page;
    }

    private void Unlink(Page* page)
    {
        if (page->Previous != null)
            page->Previous->Next = page->Next;
        else
            _withRoom = page->Next;
        if (page->Next != null)
            page->Next->Previous = page->Previous;
    }
}
