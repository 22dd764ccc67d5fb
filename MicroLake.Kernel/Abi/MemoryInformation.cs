namespace MicroLake.Abi;

/// <summary>Memory figures of the system, in pages of 4 KiB.</summary>
public struct MemoryInformation
{
    /// <summary>Page frames that the kernel manages.</summary>
    public ulong TotalPages;

    /// <summary>Page frames that nobody has.</summary>
    public ulong FreePages;

    /// <summary>Pages promised to accessible memory, touched or not.</summary>
    public ulong CommittedPages;

    /// <summary>The most that is promised: beyond it, memory requests fail.</summary>
    public ulong CommitLimitPages;

    /// <summary>Pages of the kernel image, code and data.</summary>
    public ulong ImagePages;

    /// <summary>Pages that the loader's modules take.</summary>
    public ulong BootPages;

    /// <summary>Pages of page tables.</summary>
    public ulong PageTablePages;

    /// <summary>Pages that thread stacks have touched.</summary>
    public ulong StackPages;

    /// <summary>Pages of threads' control blocks.</summary>
    public ulong ThreadPages;

    /// <summary>Page faults since the boot.</summary>
    public ulong PageFaults;
}
