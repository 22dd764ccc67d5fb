using System.Diagnostics;
using MicroLake.Drivers;
using MicroLake.Nn.Gpu.Sharing;

namespace MicroLake.Nn.Gpu.Placement;

/// <summary>
/// A model that runs on the processor and on the graphics processor: what each takes by rows is measured when it is made, and batches go where they
/// are expected to be done first. What the graphics processor fails at is done by the processor. For one thread at a time.
/// </summary>
public sealed class PlacedModel : IDisposable
{
    private static readonly int[] s_measured = [1, 8, 64, 512, 4096];

    /// <summary>No batch is measured that takes more, judged by the one before.</summary>
    private const double MostNanoseconds = 40e6;

    private const int FewestTries = 3;

    /// <summary>Short batches are tried again for so long.</summary>
    private static readonly TimeSpan s_measuring = TimeSpan.FromMilliseconds(3);

    private const int TailBatch = 64;

    /// <summary>A batch that took more than is expected raises the expectation by so much, one that took less lowers it: a moving median, which single outliers do not move.</summary>
    private const double Step = 1.05;

    private const double LeastLoad = 0.25;
    private const double MostLoad = 8;

    /// <summary>What is in no use forgets so much of its load with each batch, or it would never be tried again.</summary>
    private const double Forgetting = 0.01;

    private readonly OnnxModel _model;
    private readonly GpuService _service;
    private readonly GpuNetwork _network;
    private readonly FairClient _client;
    private readonly PlacementDecision? _decision;
    private readonly RowRunner? _tail;
    private RowRunner? _processor;

    /// <summary>What batches take, beside what was measured at first: it moves with them, so that use by others counts.</summary>
    private double _cpuLoad = 1;

    private double _gpuLoad = 1;

    private PlacedModel(OnnxModel model, GpuService service, GpuNetwork network, FairClient client, PlacementDecision? decision)
    {
        _model = model;
        _service = service;
        _network = network;
        _client = client;
        _decision = decision;
        _tail = network.Tail is { } tail ? new RowRunner(tail, TailBatch) : null;
    }

    /// <summary>What batches take on the processor.</summary>
    public CostCurve Cpu { get; } = new();

    /// <summary>What batches take on the graphics processor.</summary>
    public CostCurve Gpu { get; } = new();

    public long RowsOnCpu { get; private set; }

    public long RowsOnGpu { get; private set; }

    /// <summary>Contexts that died and were made again.</summary>
    public int Repairs => _network.Repairs;

    /// <summary>Why the graphics processor is in no use any more, or null.</summary>
    public string? Failure { get; private set; }

    /// <summary>Makes and measures it.</summary>
    /// <returns>Null: no part of the model can run on a graphics processor.</returns>
    /// <exception cref="DeviceException">The graphics processor refuses it, gives wrong numbers, or has failed.</exception>
    public static PlacedModel? TryCreate(OnnxModel model, GpuService service, FairClient client, PlacementDecision? decision)
    {
        if (GpuNetwork.TryCreate(service.Gpu, model) is not { } network)
            return null;
        try
        {
            var placed = new PlacedModel(model, service, network, client, decision);
            placed.Measure();
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
        // Who waits in front is taken to need as long as this batch.
        bool heuristic = Gpu.Estimate(rows) * _gpuLoad * (1 + queued) < Cpu.Estimate(rows) * _cpuLoad;
        return _decision?.Invoke(rows, _network.MultiplyAdds * rows, queued, heuristic) ?? heuristic;
    }

    public void Dispose() => _network.Dispose();

    private void RunBatch(ReadOnlySpan<float> rows, Span<float> outputs, int count, int batch, ComputeTarget target)
    {
        bool onGpu = Failure is null && (target == ComputeTarget.Gpu || (target == ComputeTarget.Auto && ChoosesGpu(count)));
        long start = Stopwatch.GetTimestamp();
        if (onGpu && TryRunOnGpu(rows, outputs, count))
        {
            Observe(ref _gpuLoad, start, Gpu.Estimate(count));
            RowsOnGpu += count;
            return;
        }

        start = Stopwatch.GetTimestamp();
        RunOnCpu(rows, outputs, batch);
        Observe(ref _cpuLoad, start, Cpu.Estimate(count));
        RowsOnCpu += count;
    }

    private void Observe(ref double load, long start, double expected)
    {
        _cpuLoad += (1 - _cpuLoad) * Forgetting;
        _gpuLoad += (1 - _gpuLoad) * Forgetting;
        bool isSlower = Stopwatch.GetElapsedTime(start).TotalNanoseconds > expected * load;
        load = Math.Clamp(isSlower ? load * Step : load / Step, LeastLoad, MostLoad);
    }

    /// <summary>False: the graphics processor failed, or has no room in its queue.</summary>
    private bool TryRunOnGpu(ReadOnlySpan<float> rows, Span<float> outputs, int count)
    {
        int columns = outputs.Length / count;
        for (int done = 0; done < count;)
        {
            int now = Math.Min(_network.MaxRows, count - done);
            if (!_service.TryEnter(_client, Gpu.Points.Count == 0 ? 0 : Gpu.Estimate(now)))
                return false;
            try
            {
                rows.Slice(done * _network.InputColumns, now * _network.InputColumns).CopyTo(_network.Inputs(now));
                _network.Run(now);
                Span<float> to = outputs.Slice(done * columns, now * columns);
                if (_tail is null)
                    _network.Outputs(now).CopyTo(to);
                else
                    _tail.Run(_network.Outputs(now), to);
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

    private void RunOnCpu(ReadOnlySpan<float> rows, Span<float> outputs, int batch)
    {
        if (_processor?.Batch != batch)
            _processor = new RowRunner(_model, batch);
        _processor.Run(rows, outputs);
    }

    /// <summary>The best of some tries at each number of rows.</summary>
    private void Measure()
    {
        foreach (int rows in s_measured)
        {
            if (Cpu.Points.Count > 0 && Cpu.Estimate(rows) > MostNanoseconds && Gpu.Estimate(rows) > MostNanoseconds)
                break;
            float[] input = new float[rows * _network.InputColumns];
            float[] output = new float[rows * new RowRunner(_model, 1).OutputColumns];
            if (Gpu.Points.Count == 0 || Gpu.Estimate(rows) <= MostNanoseconds)
                Gpu.Add(rows, Best(() => TryRunOnGpu(input, output, rows)));
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
}
