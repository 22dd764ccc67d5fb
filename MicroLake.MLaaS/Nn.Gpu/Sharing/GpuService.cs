using System.Diagnostics;
using MicroLake.Drivers.Gpu;

namespace MicroLake.Nn.Gpu.Sharing;

/// <summary>The one way to a graphics processor: its clients' requests run one at a time, in the order of <see cref="FairOrder"/>.</summary>
/// <param name="gpu">A processor that computes.</param>
public sealed class GpuService(VirtioGpu gpu)
{
    private readonly Lock _gate = new();
    private readonly FairOrder _order = new();
    private bool _isBusy;
    private long _started;
    private long _busyTicks;
    private long _requests;

    public VirtioGpu Gpu => gpu;

    /// <summary>Requests that run or wait.</summary>
    public int Queued
    {
        get
        {
            lock (_gate)
                return _order.Waiting + (_isBusy ? 1 : 0);
        }
    }

    /// <summary>Requests that ran.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>The time that requests took.</summary>
    public TimeSpan Busy => Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _busyTicks));

    /// <summary>The processor that computes among these, or null.</summary>
    public static GpuService? Find(IReadOnlyList<VirtioGpu> all)
    {
        foreach (VirtioGpu candidate in all)
            if (candidate.Render is { Capabilities.HasCompute: true })
                return new GpuService(candidate);
        return null;
    }

    /// <summary>Waits until it is the client's turn, which lasts until <see cref="Leave"/>. False: the client has as many requests waiting as it may.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="nanoseconds">What its request is expected to take.</param>
    public bool TryEnter(FairClient client, double nanoseconds)
    {
        FairRequest? request;
        bool waits;
        lock (_gate)
        {
            request = _order.TryAdd(client, nanoseconds);
            if (request is null)
                return false;
            waits = _isBusy;
            if (!waits)
            {
                _isBusy = true;
                _ = _order.TakeNext();
            }
        }

        if (waits)
            request.Turn.Wait();
        _started = Stopwatch.GetTimestamp();
        return true;
    }

    /// <summary>Ends the turn.</summary>
    public void Leave()
    {
        Interlocked.Add(ref _busyTicks, Stopwatch.GetTimestamp() - _started);
        Interlocked.Increment(ref _requests);
        FairRequest? next;
        lock (_gate)
        {
            next = _order.TakeNext();
            _isBusy = next is not null;
        }

        next?.Turn.Release();
    }
}
