using System.Runtime.CompilerServices;
using System.Threading;
using MicroLake.Abi;

namespace MicroLake.Nucleus.Objects;

/// <summary>
/// The handles of a process, over page frames that it is given: the first is a directory, each further one holds
/// <see cref="SlotsPerPage"/> slots. Finding, adding and removing take constant time. A handle's value is its slot in the low 16
/// bits and the slot's generation in the high 16; free slots are used again oldest first, so that a value comes back only after
/// all free slots have had 65,535 others. Changes are made with the lock held; <see cref="Find"/> may be called without.
/// </summary>
internal unsafe struct HandleTable
{
    public const int SlotsPerPage = 4096 / 32;
    public const int MaxPages = 4096 / 8;

    /// <summary>The most handles that a table can hold.</summary>
    public const uint MaxHandles = SlotsPerPage * MaxPages;

    private const int GenerationShift = 16;
    private const uint IndexMask = 0xffff;

    public SpinLock Lock;

    private ulong* _directory;
    private uint _pages;
    private uint _free;
    private ushort _firstFree;
    private ushort _lastFree;
    private uint _count;
    private uint _limit;

    /// <summary>Handles in the table.</summary>
    public readonly uint Count => _count;

    /// <summary>The most handles that it may hold.</summary>
    public readonly uint Limit => _limit;

    /// <summary>Starts empty. The lock stays as it is.</summary>
    public void Initialize(uint limit)
    {
        _directory = null;
        _pages = 0;
        _free = 0;
        _firstFree = 0;
        _lastFree = 0;
        _count = 0;
        _limit = limit < MaxHandles ? limit : MaxHandles;
    }

    /// <summary>Whether so many handles more are within the limit.</summary>
    public readonly bool IsWithinLimit(uint more) => _limit >= more && _count <= _limit - more;

    /// <summary>From now on handles only go.</summary>
    public void Seal() => _limit = 0;

    /// <summary>Whether a page must be added before so many handles can be.</summary>
    public readonly bool NeedsPage(uint more) => _free < more && _pages < MaxPages;

    /// <summary>Gives the table a page of zeros: the directory first, then room for slots.</summary>
    public void AddPage(void* page)
    {
        if (_directory == null)
        {
            _directory = (ulong*)page;
            return;
        }

        var slots = (HandleSlot*)page;
        uint first = _pages * SlotsPerPage;
        for (uint i = 0; i < SlotsPerPage; i++)
            slots[i].NextFree = (ushort)(first + i + 1);
        Volatile.Write(ref _directory[_pages], (ulong)page);
        if (_free == 0)
            _firstFree = (ushort)first;
        else
            At(_lastFree)->NextFree = (ushort)first;
        _lastFree = (ushort)(first + SlotsPerPage - 1);
        _pages++;
        _free += SlotsPerPage;
    }

    /// <summary>Takes the pages back from an empty table, one at a time and the directory last; null when none is left.</summary>
    public void* TakePage()
    {
        if (_pages != 0)
            return (void*)_directory[--_pages];
        void* directory = _directory;
        _directory = null;
        _free = 0;
        return directory;
    }

    /// <summary>
    /// The slot of a handle, or null when it is none of this table. Without the lock the slot is only a claim: its fields hold
    /// together if <see cref="HandleSlot.Handle"/> is still the same after they were read.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly HandleSlot* Find(uint handle)
    {
        if (_directory == null || handle == 0)
            return null;
        var page = (HandleSlot*)_directory[(handle & IndexMask) / SlotsPerPage];
        if (page == null)
            return null;
        HandleSlot* slot = page + handle % SlotsPerPage;
        return slot->Handle == handle ? slot : null;
    }

    /// <summary>A new handle's value; 0 when the limit is reached or a page is needed.</summary>
    public uint Add(KernelObject* target, ObjectType type, HandleRights rights, ulong badge)
    {
        if (_count >= _limit || _free == 0)
            return 0;
        uint index = _firstFree;
        HandleSlot* slot = At(index);
        _firstFree = slot->NextFree;
        _free--;
        _count++;
        slot->Generation = slot->Generation == ushort.MaxValue ? (ushort)1 : (ushort)(slot->Generation + 1);
        slot->Object = target;
        slot->Access = HandleSlot.Pack(type, rights);
        slot->Badge = badge;
        uint handle = ((uint)slot->Generation << GenerationShift) | index;
        Volatile.Write(ref slot->Handle, handle);
        return handle;
    }

    /// <summary>The slot's handle is void from now on.</summary>
    public void Remove(HandleSlot* slot)
    {
        var index = (ushort)(slot->Handle & IndexMask);
        Volatile.Write(ref slot->Handle, 0);
        slot->Object = GoneObject.Pointer;
        if (_free == 0)
            _firstFree = index;
        else
            At(_lastFree)->NextFree = index;
        _lastFree = index;
        _free++;
        _count--;
    }

    /// <summary>The slot in use with the least index from <paramref name="index"/> on, which moves behind it; null: there is none.</summary>
    public readonly HandleSlot* NextUsed(ref uint index)
    {
        while (index < _pages * SlotsPerPage)
        {
            HandleSlot* slot = At(index++);
            if (slot->Handle != 0)
                return slot;
        }

        return null;
    }

    private readonly HandleSlot* At(uint index) => (HandleSlot*)_directory[index / SlotsPerPage] + index % SlotsPerPage;
}
