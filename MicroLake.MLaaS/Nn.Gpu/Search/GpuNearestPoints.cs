using MicroLake.Drivers;
using MicroLake.Drivers.Gpu;
using MicroLake.Nn.Gpu.Networks;
using MicroLake.Nn.Gpu.Shaders;
using MicroLake.Nn.Gpu.Sharing;

namespace MicroLake.Nn.Gpu.Search;

/// <summary>
/// Finds the nearest of some points for each of many rows on a graphics processor. Points are in uniform buffers, as many in each as fit; what is
/// nearest in each is put together here. What the graphics processor fails at is done by the processor. For one thread at a time.
/// </summary>
public sealed class GpuNearestPoints : IDisposable
{
    private const int MostDimensions = 64;
    private const int MostNearest = 16;
    private const int MostBuffers = 64;

    /// <summary>No point is so far away; its square is still a number.</summary>
    private const float FarAway = 1e18f;

    private readonly GpuService _service;
    private readonly FairClient _client;
    private readonly float[] _points;
    private readonly int _dimensions;
    private readonly int _pointsOfPart;
    private readonly int _nearestOfPart;
    private readonly int _parts;
    private readonly GpuJob _job;

    /// <summary>Puts points on the graphics processor, and compares what it finds with the reference.</summary>
    /// <param name="service">The graphics processor.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="points">[count, dimensions], at least as many as are to be found.</param>
    /// <param name="dimensions">Numbers of a point, at most 64.</param>
    /// <param name="nearest">How many are found for each row, at most 16.</param>
    /// <exception cref="DeviceException">The device refuses it, gives wrong numbers, or has failed.</exception>
    public GpuNearestPoints(GpuService service, FairClient client, float[] points, int dimensions, int nearest)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimensions);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimensions, MostDimensions);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(nearest);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(nearest, Math.Min(MostNearest, points.Length / dimensions));
        _service = service;
        _client = client;
        _points = points;
        _dimensions = dimensions;
        Nearest = nearest;
        int count = points.Length / dimensions, width = (dimensions + 3) / 4 * 4;
        _nearestOfPart = (nearest + 3) / 4 * 4;
        _pointsOfPart = Math.Min(service.Gpu.Render!.Capabilities.UniformBytes / (width * sizeof(float)), count);
        _parts = (count + _pointsOfPart - 1) / _pointsOfPart;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_parts, MostBuffers, nameof(points));
        var parts = new List<(float[], int)>();
        for (int part = 0; part < _parts; part++)
            parts.Add((Pack(part, width), part * 2 * _nearestOfPart * sizeof(float)));
        int stride = _parts * 2 * _nearestOfPart;
        string narrow = NeighbourShader.Write(dimensions, _pointsOfPart, _nearestOfPart, stride, 1);
        string wide = NeighbourShader.Write(dimensions, _pointsOfPart, _nearestOfPart, stride, GpuPlan.WideRows);
        _job = new GpuJob(service.Gpu, GpuPlan.OfParts(narrow, wide, parts), dimensions, stride, Reference);
    }

    /// <summary>How many are found for each row.</summary>
    public int Nearest { get; }

    /// <summary>Why the graphics processor is in no use any more, or null.</summary>
    public string? Failure { get; private set; }

    /// <summary>Finds the nearest points, as <see cref="NearestPoints.Find"/> does.</summary>
    public void Find(ReadOnlySpan<float> rows, Span<int> numbers, Span<float> distances)
    {
        int count = rows.Length / _dimensions;
        for (int done = 0; done < count;)
        {
            int now = Math.Min(_job.MaxRows, count - done);
            ReadOnlySpan<float> from = rows.Slice(done * _dimensions, now * _dimensions);
            Span<int> found = numbers.Slice(done * Nearest, now * Nearest);
            Span<float> best = distances.Slice(done * Nearest, now * Nearest);
            if (Failure is not null || !TryFind(from, now, found, best))
                NearestPoints.Find(_points, _dimensions, from, found, best);
            done += now;
        }
    }

    public void Dispose() => _job.Dispose();

    /// <summary>False: the graphics processor failed, or has no room in its queue.</summary>
    private bool TryFind(ReadOnlySpan<float> rows, int count, Span<int> numbers, Span<float> distances)
    {
        if (!_service.TryEnter(_client, (double)count * _points.Length))
            return false;
        try
        {
            rows.CopyTo(_job.Inputs(count));
            _job.Run(count);
            ReadOnlySpan<float> found = _job.Outputs(count);
            for (int r = 0; r < count; r++)
                Merge(found.Slice(r * _job.OutputColumns, _job.OutputColumns), numbers.Slice(r * Nearest, Nearest), distances.Slice(r * Nearest, Nearest));
            return true;
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
    }

    private void Merge(ReadOnlySpan<float> parts, Span<int> numbers, Span<float> distances)
    {
        distances.Fill(float.MaxValue);
        for (int part = 0; part < _parts; part++)
        {
            ReadOnlySpan<float> found = parts.Slice(part * 2 * _nearestOfPart, 2 * _nearestOfPart);
            for (int k = 0; k < Nearest; k++)
            {
                int number = part * _pointsOfPart + (int)found[_nearestOfPart + k];
                if (number < _points.Length / _dimensions)
                    NearestPoints.Insert(numbers, distances, number, found[k]);
            }
        }
    }

    /// <summary>Points of a part, negated; behind the last there are some far away.</summary>
    private float[] Pack(int part, int width)
    {
        float[] packed = new float[_pointsOfPart * width];
        for (int p = 0; p < _pointsOfPart; p++)
        {
            int point = part * _pointsOfPart + p;
            for (int i = 0; i < _dimensions; i++)
                packed[p * width + i] = point < _points.Length / _dimensions ? -_points[point * _dimensions + i] : FarAway;
        }

        return packed;
    }

    /// <summary>A row of the job's outputs.</summary>
    private double[] Reference(double[] row)
    {
        float[] numbers = new float[row.Length];
        for (int i = 0; i < row.Length; i++)
            numbers[i] = (float)row[i];
        double[] outputs = new double[_parts * 2 * _nearestOfPart];
        int[] found = new int[_nearestOfPart];
        float[] best = new float[_nearestOfPart];
        for (int part = 0; part < _parts; part++)
        {
            float[] points = Pack(part, _dimensions);
            for (int i = 0; i < points.Length; i++)
                points[i] = -points[i];
            NearestPoints.Find(points, _dimensions, numbers, found, best);
            for (int k = 0; k < _nearestOfPart; k++)
            {
                outputs[part * 2 * _nearestOfPart + k] = best[k];
                outputs[part * 2 * _nearestOfPart + _nearestOfPart + k] = found[k];
            }
        }

        return outputs;
    }
}
