using System.Diagnostics;
using MicroLake.Drivers.Gpu;

namespace MicroLake.Nn.Gpu.Sharing;

/// <summary>The one way to a graphics processor: its clients' requests run one at a time, in the order of <see cref="FairOrder"/>.</summary>
/// <param name="gpu">A processor that computes.</param>
public sealed class GpuService(VirtioGpu gpu)
{
    private readonly Lock _gate = new();
    private readonly FairOrder _order = new();
    private readonly List<FairClient> _clients = [];
    private FairClient? _running;
    private int _queued;
    private long _started;
    private long _busyTicks;
    private long _requests;

    public VirtioGpu Gpu => gpu;

    /// <summary>Requests that run or wait.</summary>
    public int Queued => Volatile.Read(ref _queued);

    /// <summary>Requests that ran.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>The time that requests took.</summary>
    public TimeSpan Busy => Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _busyTicks));

    /// <summary>Those who have had a request, as long as they are there.</summary>
    public IReadOnlyList<FairClient> Clients
    {
        get
        {
            lock (_gate)
                return [.. _clients];
        }
    }

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
        SemaphoreSlim? turn = null;
        lock (_gate)
        {
            FairRequest? request = _order.TryAdd(client, nanoseconds);
            if (request is null)
                return false;
            _queued++;
            if (!client.IsKnown)
            {
                client.IsKnown = true;
                _clients.Add(client);
            }

            if (_running is null)
                _running = _order.TakeNext()!.Client;
            else
                request.Turn = turn = new SemaphoreSlim(0);
        }

        turn?.Wait();
        _started = Stopwatch.GetTimestamp();
        return true;
    }

    /// <summary>Ends the turn.</summary>
    public void Leave()
    {
        long ticks = Stopwatch.GetTimestamp() - _started;
        Interlocked.Add(ref _busyTicks, ticks);
        Interlocked.Increment(ref _requests);
        FairRequest? next;
        lock (_gate)
        {
            _running!.Requests++;
            _running.BusyTicks += ticks;
            _queued--;
            next = _order.TakeNext();
            _running = next?.Client;
        }

        next?.Turn!.Release();
    }

    /// <summary>The client is gone, and has no request.</summary>
    public void Forget(FairClient client)
    {
        lock (_gate)
            _ = _clients.Remove(client);
    }
}
