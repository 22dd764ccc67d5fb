using System.Diagnostics;
using System.Runtime.InteropServices;
using MicroLake.Drivers;
using MicroLake.Nn.Gpu.Sharing;

namespace MicroLake.Nn.Gpu.Placement;

/// <summary>
/// A model that runs on the processor and on the graphics processor: what each takes by rows is measured when it is made, and batches go where they
/// are expected to be done first. What the graphics processor fails at is done by the processor. For one thread at a time.
/// </summary>
public sealed class PlacedModel : IDisposable
{
    private static readonly int[] s_measured = [1, 4, 8, 64, 512, 4096];

    /// <summary>No batch is measured that takes more, judged by the one before.</summary>
    private const double MostNanoseconds = 40e6;

    private const int FewestTries = 3;

    /// <summary>Short batches are tried again for so long.</summary>
    private static readonly TimeSpan s_measuring = TimeSpan.FromMilliseconds(3);

    private const int TailBatch = 64;

    /// <summary>Bytes from which on memory of a caller is lent to the graphics processor: telling it of other memory takes as long as copying so many.</summary>
    private const int UsualLeastLent = 256 << 10;

    private readonly GpuService _service;
    private readonly GpuNetwork _network;
    private readonly FairClient _client;
    private readonly PlacementDecision? _decision;
    private readonly RowRunner? _tail;
    private readonly BatchRunner _processor;

    private readonly PresentCosts _costs = new();
    private readonly Exchange _exchange;
    private readonly int _leastLent;

    private PlacedModel(OnnxModel model, GpuService service, GpuNetwork network, FairClient client, PlacementDecision? decision, int leastLent)
    {
        _processor = new BatchRunner(model);
        _service = service;
        _network = network;
        _client = client;
        _decision = decision;
        _leastLent = leastLent;
        _exchange = new Exchange(network);
        _tail = network.Tail is { } tail ? new RowRunner(tail, TailBatch) : null;
    }

    /// <summary>What batches take on the processor.</summary>
    public CostCurve Cpu => _costs.Cpu;

    /// <summary>What batches take on the graphics processor.</summary>
    public CostCurve Gpu => _costs.Gpu;

    public long RowsOnCpu { get; private set; }

    public long RowsOnGpu { get; private set; }

    /// <summary>The most rows of a batch that the graphics processor takes at once.</summary>
    public int MaxRowsAtOnce => _network.MaxRows;

    /// <summary>Contexts that died and were made again.</summary>
    public int Repairs => _network.Repairs;

    /// <summary>Why the graphics processor is in no use any more, or null.</summary>
    public string? Failure { get; private set; }

    /// <summary>Makes and measures it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="service">The graphics processor.</param>
    /// <param name="client">Who runs it.</param>
    /// <param name="decision">Who decides where batches go, or null.</param>
    /// <param name="leastLent">Bytes from which on memory of callers is lent and not copied; 0 for rows that are always at the same place, of which the device is told once.</param>
    /// <returns>Null: no part of the model can run on a graphics processor.</returns>
    /// <exception cref="DeviceException">The graphics processor refuses it, gives wrong numbers, or has failed.</exception>
    public static PlacedModel? TryCreate(OnnxModel model, GpuService service, FairClient client, PlacementDecision? decision, int leastLent = UsualLeastLent)
    {
        if (GpuNetwork.TryCreate(service.Gpu, model) is not { } network)
            return null;
        try
        {
            var placed = new PlacedModel(model, service, network, client, decision, leastLent);
            (long copied, long lent) = (client.CopiedBytes, client.LentBytes);
            placed.Measure();
            (client.CopiedBytes, client.LentBytes) = (copied, lent);
            return placed;
        }
        catch (InferenceException)
        {
            // What is behind the layers does not go by rows.
            network.Dispose();
            return null;
        }
        catch (DeviceException)
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Runs rows in batches.</summary>
    /// <param name="rows">[count, columns].</param>
    /// <param name="outputs">[count, output columns], overwritten.</param>
    /// <param name="columns">Numbers in a row of outputs.</param>
    /// <param name="batch">Rows of a batch.</param>
    /// <param name="target">Where they run.</param>
    public void Run(ReadOnlySpan<float> rows, Span<float> outputs, int columns, int batch, ComputeTarget target)
    {
        int count = rows.Length / _network.InputColumns;
        for (int done = 0; done < count;)
        {
            int now = Math.Min(batch, count - done);
            RunBatch(rows.Slice(done * _network.InputColumns, now * _network.InputColumns), outputs.Slice(done * columns, now * columns), now, batch, target);
            done += now;
        }
    }

    /// <summary>Where a batch would go now.</summary>
    public bool ChoosesGpu(int rows)
    {
        if (Failure is not null)
            return false;
        int queued = _service.Queued;
        bool heuristic = _costs.PrefersGpu(rows, queued);
        return _decision?.Invoke(rows, _network.MultiplyAdds * rows, queued, heuristic) ?? heuristic;
    }

    public void Dispose() => _network.Dispose();

    private void RunBatch(ReadOnlySpan<float> rows, Span<float> outputs, int count, int batch, ComputeTarget target)
    {
        bool onGpu = Failure is null && (target == ComputeTarget.Gpu || (target == ComputeTarget.Auto && ChoosesGpu(count)));
        if (onGpu && TryRunOnGpu(rows, outputs, count, out long ticks))
        {
            _costs.Observe(onGpu: true, count, Stopwatch.GetElapsedTime(0, ticks).TotalNanoseconds);
            RowsOnGpu += count;
            return;
        }

        long start = Stopwatch.GetTimestamp();
        RunOnCpu(rows, outputs, batch);
        _costs.Observe(onGpu: false, count, Stopwatch.GetElapsedTime(start).TotalNanoseconds);
        RowsOnCpu += count;
    }

    /// <summary>False: the graphics processor failed, or has no room in its queue.</summary>
    /// <param name="ticks">What it took, without the wait for a turn.</param>
    private bool TryRunOnGpu(ReadOnlySpan<float> rows, Span<float> outputs, int count, out long ticks)
    {
        int columns = outputs.Length / count;
        ticks = 0;
        for (int done = 0; done < count;)
        {
            int now = Math.Min(_network.MaxRows, count - done);
            if (!_service.TryEnter(_client, Gpu.Points.Count == 0 ? 0 : Gpu.Estimate(now)))
                return false;
            try
            {
                long start = Stopwatch.GetTimestamp();
                RunOnNetwork(rows.Slice(done * _network.InputColumns, now * _network.InputColumns), outputs.Slice(done * columns, now * columns), now);
                ticks += Stopwatch.GetTimestamp() - start;
            }
            catch (DeviceException error)
            {
                Failure = error.Message;
                return false;
            }
            finally
            {
                _service.Leave();
            }

            done += now;
        }

        return true;
    }

    /// <summary>Runs rows that the network takes at once, without a copy of what is long where it can be lent.</summary>
    private void RunOnNetwork(ReadOnlySpan<float> rows, Span<float> outputs, int count)
    {
        ReadOnlySpan<byte> read = MemoryMarshal.AsBytes(rows);
        Span<byte> written = MemoryMarshal.AsBytes(outputs);
        bool lendsRows = read.Length >= _leastLent, lendsOutputs = _tail is null && written.Length >= _leastLent;
        if (!lendsRows)
            CopyIn(rows, count);
        _exchange.Rows = count;
        if ((lendsRows || lendsOutputs) && _service.Gpu.Device.Host.TryLend(lendsRows ? read : [], lendsOutputs ? written : [], _exchange))
        {
            _client.LentBytes += (lendsRows ? read.Length : 0) + (lendsOutputs ? written.Length : 0);
        }
        else
        {
            if (lendsRows)
                CopyIn(rows, count);
            lendsOutputs = false;
            _network.Run(count);
        }

        if (_tail is not null)
        {
            _tail.Run(_network.Outputs(count), outputs);
        }
        else if (!lendsOutputs)
        {
            _network.Outputs(count).CopyTo(outputs);
            _client.CopiedBytes += written.Length;
        }
    }

    private void CopyIn(ReadOnlySpan<float> rows, int count)
    {
        rows.CopyTo(_network.Inputs(count));
        _client.CopiedBytes += rows.Length * sizeof(float);
    }

    private void RunOnCpu(ReadOnlySpan<float> rows, Span<float> outputs, int batch) => _processor.For(batch).Run(rows, outputs);

    /// <summary>The best of some tries at each number of rows.</summary>
    private void Measure()
    {
        foreach (int rows in s_measured)
        {
            if (Cpu.Points.Count > 0 && Cpu.Estimate(rows) > MostNanoseconds && Gpu.Estimate(rows) > MostNanoseconds)
                break;
            float[] input = new float[rows * _network.InputColumns];
            float[] output = new float[rows * _processor.For(1).OutputColumns];
            if (Gpu.Points.Count == 0 || Gpu.Estimate(rows) <= MostNanoseconds)
                Gpu.Add(rows, Best(() => TryRunOnGpu(input, output, rows, out _)));
            if (Failure is { } failure)
                throw _service.Gpu.Device.Broken(failure);
            if (Cpu.Points.Count == 0 || Cpu.Estimate(rows) <= MostNanoseconds)
                Cpu.Add(rows, Best(() => RunOnCpu(input, output, rows)));
        }
    }

    private static double Best(Action action)
    {
        action();
        double best = double.MaxValue;
        long begin = Stopwatch.GetTimestamp();
        for (int i = 0; i < FewestTries || Stopwatch.GetElapsedTime(begin) < s_measuring; i++)
        {
            long start = Stopwatch.GetTimestamp();
            action();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalNanoseconds);
        }

        return best;
    }

    /// <summary>A run of the network on memory of the caller's.</summary>
    private sealed class Exchange(GpuNetwork network) : LentExchange
    {
        public int Rows { get; set; }

        public override void Use(ReadOnlySpan<DmaPiece> read, ReadOnlySpan<DmaPiece> written) => network.Run(Rows, read, written);
    }
}
