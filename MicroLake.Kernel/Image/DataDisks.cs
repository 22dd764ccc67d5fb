using MicroLake.Drivers.Block;
using MicroLake.Files;
using MicroLake.Hosting;
using MicroLake.Platform.Files;
using MicroLake.Shell;
using MicroLake.Storage;
using MicroLake.Storage.Decisions;
using MicroLake.Storage.Swap;

namespace MicroLake.Kernel;

/// <summary>The disks of the machine. The first that holds a file system of ours is <c>/data</c>; none is ever formatted without being told to.</summary>
internal sealed class DataDisks(IReadOnlyList<VirtioBlock> disks, Action<string> log) : IDisks
{
    private const string MountPath = "/data";

    private readonly Dictionary<string, string> _problems = [];
    private DiskFileSystem? _fileSystem;
    private VirtioBlock? _mounted;

    /// <summary>Whether a disk is in use for something else.</summary>
    public Func<VirtioBlock, bool> IsTaken { get; set; } = static _ => false;

    /// <summary>Whether a disk is mounted.</summary>
    public bool IsMounted(VirtioBlock disk) => disk == _mounted;

    /// <summary>Mounts what is there. A disk that cannot be mounted is left out, with its reason in the log and on the console.</summary>
    public void Start()
    {
        foreach (VirtioBlock disk in disks)
        {
            try
            {
                if (_mounted is null && DiskFormat.IsFormatted(disk))
                    Mount(disk);
            }
            catch (IOException error)
            {
                _problems[disk.Name] = error.Message;
                log($"error: {error.Message}");
                Console.Error.WriteLine($"error: {MountPath} is not there: {error.Message}");
            }
        }
    }

    public IReadOnlyList<DiskInformation> List()
    {
        var list = new List<DiskInformation>();
        foreach (VirtioBlock disk in disks)
            list.Add(new DiskInformation
            {
                Name = disk.Name,
                Size = disk.SectorCount * disk.SectorBytes,
                Free = disk == _mounted ? _fileSystem!.Space.Free : null,
                State = disk == _mounted ? MountPath + (_fileSystem!.IsReadOnly ? ", read-only" : "") : _problems.GetValueOrDefault(disk.Name) ?? StateOf(disk),
            });
        return list;
    }

    public void Format(string name, bool force)
    {
        VirtioBlock? disk = null;
        foreach (VirtioBlock candidate in disks)
            if (candidate.Name == name)
                disk = candidate;
        if (disk is null)
            throw new CommandException($"disk: there is no disk '{Printable.Shorten(name)}'", "see: disk list");
        if (disk == _mounted)
            throw new CommandException($"disk: {name} is mounted at {MountPath}", "remove the files on it instead");
        if (IsTaken(disk))
            throw new CommandException($"disk: {name} is the swap disk", "swap off gives it up");
        try
        {
            if (!force && SwapFormat.IsFormatted(disk))
                throw new CommandException($"disk: {name} is a disk for swap", $"use: disk format {name} --force");
            if (!force && DiskFormat.IsFormatted(disk))
                throw new CommandException($"disk: {name} holds a file system already", $"use: disk format {name} --force");
            DiskFormat.Create(disk);
            _ = _problems.Remove(name);
            if (_mounted is null)
                Mount(disk);
        }
        catch (Exception error) when (error is DiskFormatException or BlockDeviceException)
        {
            throw new CommandException($"disk: {error.Message}", "use another disk");
        }
    }

    public void Synchronize()
    {
        if (_fileSystem is { } fileSystem && fileSystem.Synchronize() is var error and not Errno.None)
            throw new CommandException($"sync: {MountPath}: {ErrnoText.Describe(error)}", "see dmesg for what failed");
    }

    public IReadOnlyList<(string Name, long Value)> CacheCounters()
    {
        if (_fileSystem is null)
            return [];
        CacheStatistics s = _fileSystem.Statistics;
        return
        [
            ("pages", s.Pages), ("dirty pages", s.DirtyPages), ("page limit", s.Limit), ("hits", s.Hits), ("misses", s.Misses),
            ("pages read ahead", s.Ahead), ("of them used", s.AheadUsed), ("of them evicted unused", s.AheadUnused), ("evictions", s.Evictions),
            ("blocks written", s.BlocksWritten), ("durable states", s.States),
        ];
    }

    /// <summary>The machine is about to stop: what cannot be made durable now is in the log.</summary>
    public void Stop() => _fileSystem?.Dispose();

    /// <summary>The cache may have an eighth of the memory, and no more than half of what is free.</summary>
    private static long CacheBudget()
    {
        MemoryUse memory = Inspection.Memory();
        return Math.Min(memory.Total / 8, memory.Free / 2);
    }

    private void Mount(VirtioBlock disk)
    {
        var hooks = new KernelDiskHooks();
        var pages = new HookedPageCache(hooks);
        DiskFileSystem fileSystem = DiskFileSystem.Mount(disk, new DiskOptions
        {
            MountPath = MountPath,
            Log = log,
            CacheBudget = CacheBudget,
            Readahead = pages,
            Reclaim = pages,
            Order = new HookedRequestOrder(hooks),
        });
        fileSystem.StartWriteBack();
        PlatformFiles.Root.Mount(MountPath, fileSystem);
        (_fileSystem, _mounted) = (fileSystem, disk);
    }

    private string StateOf(VirtioBlock disk)
    {
        try
        {
            if (SwapFormat.IsFormatted(disk))
                return IsTaken(disk) ? "swap" : $"for swap; use: swap on {disk.Name}";
            return DiskFormat.IsFormatted(disk) ? "formatted, not mounted" : $"not formatted; use: disk format {disk.Name}";
        }
        catch (BlockDeviceException error)
        {
            return error.Message;
        }
    }
}
