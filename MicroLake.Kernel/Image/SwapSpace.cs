using MicroLake.Abi;
using MicroLake.Drivers.Block;
using MicroLake.Hosting;
using MicroLake.Shell;
using MicroLake.Storage;
using MicroLake.Storage.Swap;

namespace MicroLake.Kernel;

/// <summary>The swap disk of the machine: none until somebody says which.</summary>
internal sealed class SwapSpace : ISwap
{
    /// <summary>Above all that shares processors: everybody else waits for it.</summary>
    private const int PagerPriority = 48;

    private const int StackBytes = 256 << 10;
    private const long PageBytes = SwapFormat.PageBytes;

    private readonly IReadOnlyList<VirtioBlock> _disks;
    private readonly DataDisks _data;
    private readonly Action<string> _log;
    private readonly Lock _gate = new();
    private VirtioBlock? _device;
    private SwapPager? _pager;

    public SwapSpace(IReadOnlyList<VirtioBlock> disks, DataDisks data, Action<string> log)
    {
        (_disks, _data, _log) = (disks, data, log);
        data.IsTaken = disk => disk == _device;
    }

    public SwapState State
    {
        get
        {
            SwapInformation information = Paging.Information();
            return new SwapState
            {
                Disk = _device?.Name,
                Size = (long)information.Slots * PageBytes,
                Used = (long)information.UsedSlots * PageBytes,
                PagesOut = (long)information.PagesOut,
                PagesIn = (long)information.PagesIn,
                Promised = (long)information.PromisedPages * PageBytes,
                PromiseLimit = (long)information.PromiseLimitPages * PageBytes,
                Failure = _pager?.Failure,
            };
        }
    }

    public void Format(string name, bool force)
    {
        VirtioBlock disk = Find(name);
        lock (_gate)
        {
            if (disk == _device || _data.IsMounted(disk))
                throw new CommandException($"swap: {name} is in use", "use another disk");
            Do(() => SwapFormat.Create(disk, force));
        }
    }

    public void Begin(string name)
    {
        VirtioBlock disk = Find(name);
        lock (_gate)
        {
            if (_device is not null)
                throw new CommandException($"swap: {_device.Name} is the swap disk already", "swap off gives it up");
            if (_data.IsMounted(disk))
                throw new CommandException($"swap: {name} is mounted", "use another disk");
            Do(() => Begin(disk));
        }
    }

    public void End()
    {
        lock (_gate)
        {
            if (_device is null)
                throw new CommandException("swap: there is no swap disk", "swap on DISK makes one");
            if (!Paging.EndPromises(force: false))
            {
                SwapInformation information = Paging.Information();
                throw new CommandException(
                    $"swap: {ByteSize.Format((long)information.PromisedPages * PageBytes)} are promised to programs and the kernel, "
                        + $"and there are {ByteSize.Format((long)information.FramePages * PageBytes)} without the disk",
                    "end programs first, see ps");
            }

            if (!_pager!.TryDrain())
                throw new CommandException("swap: not everything could be brought back", "try it again");
            _device = null;
            _pager = null;
        }
    }

    private void Begin(VirtioBlock device)
    {
        SwapPager pager;
        try
        {
            var disk = new SwapDisk(device);
            pager = new SwapPager(new KernelSwapMemory(), disk, new ClockVictims(), _log);
            if (Paging.Begin(disk.Pages) != Status.Ok)
                throw new OutOfMemoryException();
        }
        catch (OutOfMemoryException)
        {
            throw new CommandException("swap: there is no memory for the book-keeping of so many slots", "use a smaller disk");
        }

        var thread = new Thread(
            () =>
            {
                CurrentThread.SetPriority(PagerPriority);
                CurrentThread.SetName("pager");
                pager.Run();
            }, StackBytes) { Name = "pager", IsBackground = true };
        thread.Start();
        (_device, _pager) = (device, pager);
    }

    private VirtioBlock Find(string name)
    {
        foreach (VirtioBlock disk in _disks)
            if (disk.Name == name)
                return disk;
        throw new CommandException($"swap: there is no disk '{Printable.Shorten(name)}'", "see: disk list");
    }

    private static void Do(Action action)
    {
        try
        {
            action();
        }
        catch (Exception error) when (error is DiskFormatException or BlockDeviceException)
        {
            throw new CommandException($"swap: {error.Message}", "see: disk list");
        }
    }
}
