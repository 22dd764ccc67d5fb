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

    private readonly RequestQueue _inflate;
    private readonly RequestQueue _deflate;
    private readonly DmaMemory _numbers;
    private readonly DeviceInterrupt _change;
    private readonly Stack<DmaMemory> _parts = new();
    private int _pages;

    public VirtioBalloon(PciFunction function, string name)
    {
        Device = new VirtioDevice(function, name, MustTellHost);
        try
        {
            _inflate = Device.AddQueue(InflateQueue, 1, 1, 0);
            _deflate = Device.AddQueue(DeflateQueue, 1, 1, 0);
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

    public string FeatureNames => Device.Has(MustTellHost) ? "MUST_TELL_HOST" : "";

    public string State => $"{Pages} of {Target} pages";

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

    private void Follow()
    {
        try
        {
            while (Device.IsAlive())
            {
                Adjust();
                _ = _change.Wait(Timeout.InfiniteTimeSpan);
            }
        }
        catch (DeviceException)
        {
            // The device's state says why; what the host has of the memory stays with it.
        }
    }

    private bool TryInflate()
    {
        if (Device.Host.FreeBytes < LeastFree)
            return false;
        DmaMemory part;
        try
        {
            part = Device.Host.AllocateDma(PagesOfPart * PageBytes);
        }
        catch (DeviceException)
        {
            return false;
        }

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
