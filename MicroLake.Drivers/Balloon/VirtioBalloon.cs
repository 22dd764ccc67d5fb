using System.Buffers.Binary;
using MicroLake.Drivers.Pci;
using MicroLake.Drivers.Virtio;

namespace MicroLake.Drivers.Balloon;

/// <summary>
/// A balloon (VIRTIO 1.2, 5.5): the machine gives memory back to its host, and takes it again, as the host asks. What cannot be had is not given:
/// the balloon stays smaller, and tries again at the host's next wish.
/// </summary>
public sealed class VirtioBalloon : IDriver
{
    private const ulong MustTellHost = 1 << 0;
    private const ulong PageReporting = 1 << 5;
    private const int TargetOffset = 0;
    private const int ActualOffset = 4;
    private const int InflateQueue = 0;
    private const int DeflateQueue = 1;

    /// <summary>The unit of the balloon, whatever the machine's pages are (5.5.6).</summary>
    private const int PageBytes = 4096;

    /// <summary>Pages that go in and out at once.</summary>
    private const int PagesOfPart = 256;

    /// <summary>Memory that the machine keeps for itself, whatever the host asks for.</summary>
    private const long LeastFree = 64 << 20;

    /// <summary>Unused memory is told of in such pieces, so many at once.</summary>
    private const int RunBytes = 2 << 20;

    private const int RunsOfReport = 32;

    /// <summary>How much must have come free for a report, and how often that is looked at. Without reports nobody looks.</summary>
    private const long WorthReporting = 16 << 20;

    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(2);

    private readonly RequestQueue _inflate;
    private readonly RequestQueue _deflate;
    private readonly RequestQueue? _report;
    private readonly DmaMemory _numbers;
    private readonly DeviceInterrupt _change;
    private readonly Stack<DmaMemory> _parts = new();
    private int _pages;
    private long _leastFree;
    private long _reported;

    public VirtioBalloon(PciFunction function, string name)
    {
        Device = new VirtioDevice(function, name, MustTellHost | PageReporting);
        try
        {
            _inflate = Device.AddQueue(InflateQueue, 1, 1, 0);
            _deflate = Device.AddQueue(DeflateQueue, 1, 1, 0);
            // 5.5.2: it stands behind the queues of the other features that a device offers, used or not.
            if (Device.Has(PageReporting) && Device.QueueCount <= DeflateQueue + 1)
                throw Device.Broken("has no queue for what it wants reported");
            if (Device.Has(PageReporting))
                _report = Device.AddQueue(Device.QueueCount - 1, 1, RunsOfReport, 0);
            _change = Device.AddConfigurationInterrupt();
            _numbers = Device.AllocateDma(PagesOfPart * sizeof(uint));
            Device.Start();
        }
        catch (DeviceException)
        {
            Device.Dispose();
            throw;
        }
    }

    public VirtioDevice Device { get; }

    public string Kind => "balloon";

    public string FeatureNames => $"{(Device.Has(MustTellHost) ? "MUST_TELL_HOST " : "")}{(Device.Has(PageReporting) ? "PAGE_REPORTING" : "")}".TrimEnd();

    public string State => $"{Pages} of {Target} pages{(_report is null ? "" : $", {Interlocked.Read(ref _reported) >> 20} MiB reported")}";

    /// <summary>Pages that the host has.</summary>
    public int Pages => Volatile.Read(ref _pages);

    /// <summary>Pages that the host asks for.</summary>
    public uint Target => Device.ReadConfiguration32(TargetOffset);

    /// <summary>Follows the host's wishes on a thread of the driver's, until the device is given up. Called once.</summary>
    public void Run() => new Thread(Follow) { IsBackground = true, Name = Device.Name }.Start();

    public void Dispose() => Device.Dispose();

    /// <summary>Does what the host asks for now, as far as it can.</summary>
    /// <exception cref="DeviceException">The device failed or is gone.</exception>
    internal void Adjust()
    {
        while (Target >= (uint)Pages + PagesOfPart && TryInflate())
        {
        }

        while (Target < (uint)Pages)
            Deflate();
        Device.WriteConfiguration32(ActualOffset, (uint)Pages);
    }

    /// <summary>
    /// Tells the host of memory that nobody uses, so that it need not keep it (5.5.6.7). The memory is the driver's for that moment; a quarter of what is free
    /// is left alone, for who needs memory meanwhile.
    /// </summary>
    /// <exception cref="DeviceException">The device failed or is gone.</exception>
    internal void ReportUnused()
    {
        var held = new List<DmaMemory>();
        long spare = Math.Max(LeastFree, Device.Host.FreeBytes / 4);
        try
        {
            int told = 0;
            while (Device.Host.FreeBytes - RunBytes >= spare && TryTake(RunBytes) is { } run)
            {
                held.Add(run);
                if (held.Count - told < RunsOfReport)
                    continue;
                Report(held, told);
                told = held.Count;
            }

            Report(held, told);
        }
        finally
        {
            foreach (DmaMemory run in held)
                run.Dispose();
            _leastFree = Device.Host.FreeBytes;
        }
    }

    private void Follow()
    {
        try
        {
            _leastFree = Device.Host.FreeBytes;
            while (Device.IsAlive())
            {
                Adjust();
                ReportWhatCameFree();
                _ = _change.Wait(_report is null ? Timeout.InfiniteTimeSpan : s_look);
            }
        }
        catch (DeviceException)
        {
            // The device's state says why; what the host has of the memory stays with it.
        }
    }

    private void ReportWhatCameFree()
    {
        if (_report is null)
            return;
        long free = Device.Host.FreeBytes;
        _leastFree = Math.Min(_leastFree, free);
        if (free - _leastFree >= WorthReporting)
            ReportUnused();
    }

    /// <summary>One request: the device answers when the host has let go of the memory.</summary>
    private void Report(List<DmaMemory> held, int first)
    {
        if (first == held.Count)
            return;
        Span<BufferSegment> segments = stackalloc BufferSegment[RunsOfReport];
        for (int i = first; i < held.Count; i++)
            segments[i - first] = BufferSegment.Of(held[i], 0, RunBytes, deviceWrites: true);
        int slot = _report!.TakeSlot();
        try
        {
            _ = _report.Execute(slot, segments[..(held.Count - first)]);
            _ = Interlocked.Add(ref _reported, (long)(held.Count - first) * RunBytes);
        }
        finally
        {
            _report.GiveSlot(slot);
        }
    }

    private DmaMemory? TryTake(int bytes)
    {
        try
        {
            return Device.Host.TakeUnused(bytes);
        }
        catch (DeviceException)
        {
            return null;
        }
    }

    private bool TryInflate()
    {
        if (Device.Host.FreeBytes < LeastFree || TryTake(PagesOfPart * PageBytes) is not { } part)
            return false;
        Tell(_inflate, part);
        _parts.Push(part);
        Volatile.Write(ref _pages, Pages + PagesOfPart);
        return true;
    }

    /// <summary>The host is told before the memory is used again, whether it insists on it or not (5.5.6.1).</summary>
    private void Deflate()
    {
        DmaMemory part = _parts.Pop();
        Tell(_deflate, part);
        part.Dispose();
        Volatile.Write(ref _pages, Pages - PagesOfPart);
    }

    private void Tell(RequestQueue queue, DmaMemory part)
    {
        for (int i = 0; i < PagesOfPart; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(_numbers.Bytes[(i * sizeof(uint))..], (uint)(part.DeviceAddress / PageBytes) + (uint)i);
        _numbers.Publish(0, PagesOfPart * sizeof(uint));
        int slot = queue.TakeSlot();
        try
        {
            _ = queue.Execute(slot, [BufferSegment.Of(_numbers, 0, PagesOfPart * sizeof(uint), deviceWrites: false)]);
        }
        finally
        {
            queue.GiveSlot(slot);
        }
    }
}
