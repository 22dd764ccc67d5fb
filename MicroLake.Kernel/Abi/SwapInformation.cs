namespace MicroLake.Abi;

/// <summary>What the nucleus knows of the swap disk, in pages of 4 KiB.</summary>
public struct SwapInformation
{
    /// <summary>Slots of the disk, a page each; 0: there is no swap disk.</summary>
    public ulong Slots;

    /// <summary>Slots that have a page, or cannot be written.</summary>
    public ulong UsedSlots;

    /// <summary>Pages that went to the disk and that came back since it is in use.</summary>
    public ulong PagesOut, PagesIn;

    /// <summary>Pages that are promised to all memory, and the most that is.</summary>
    public ulong PromisedPages, PromiseLimitPages;

    /// <summary>The most pages that are promised where there is no swap disk.</summary>
    public ulong FramePages;

    /// <summary>Frames that nothing claims; less than 0 where more is claimed than should be.</summary>
    public long Room;

    /// <summary>The room below which the pager is to make more.</summary>
    public ulong ShortRoom;
}
