using System.Buffers;
using System.Runtime.InteropServices;
using MicroLake.Abi;
using MicroLake.Drivers;
using MicroLake.Nn;
using MicroLake.Nn.Gpu.Placement;
using MicroLake.Nn.Gpu.Sharing;
using MicroLake.Sdk;

namespace MicroLake.Compute;

/// <summary>
/// A client's model and the memory that it shares. The client may write that memory at any time: what is read there are numbers, no place and no length comes
/// from them, and what the graphics processor says of a run is in memory of the kernel's own. For one thread at a time.
/// </summary>
public sealed class ComputeSession : IComputeSession, IDisposable
{
    /// <summary>The most rows of a run on a machine without a graphics processor.</summary>
    private const int MostRowsOnCpu = 4096;

    /// <summary>Characters: none of them is more than three bytes.</summary>
    private const int MostReasonLength = ComputeContract.MostReasonBytes / 3;

    private readonly ComputeOptions _options;
    private readonly FairClient _client;
    private PlacedModel? _placed;
    private BatchRunner? _processor;
    private MemoryManager<byte>? _memory;
    private int _inputs;
    private int _outputs;
    private int _rows;
    private string _whyNotPlaced = "";
    private string _reason = "";

    internal ComputeSession(ComputeOptions options, string name, int weight = 1)
    {
        _options = options;
        // A session does one call at a time: it has no more than one request that waits.
        _client = new FairClient(name, weight, 1, isUrgent: false);
    }

    /// <summary>The client's name and the session's number.</summary>
    public string Name => _client.Name;

    public void Dispose()
    {
        _placed?.Dispose();
        _options.Gpu?.Forget(_client);
        // After that: until then the graphics processor knows the memory.
        ((IDisposable?)_memory)?.Dispose();
        _memory = null;
    }

    ComputeOutcome IComputeSession.Load(Handle file, int bytes)
    {
        using (file)
        {
            _reason = "";
            if (_processor is not null)
                return ComputeOutcome.AlreadyDone;
            ModelLimits limits = _options.Limits();
            if (bytes <= 0 || bytes > Math.Min(ComputeContract.MostFileBytes, limits.MaxFileBytes))
                return ComputeOutcome.BadSize;
            Status status = _options.Map(file, bytes, out MemoryManager<byte>? memory);
            if (status != Status.Ok)
                return BadMemory(status);
            try
            {
                // A copy first: the client may change the file while it is read.
                return Load(memory!.GetSpan().ToArray(), limits);
            }
            catch (Exception error) when (error is ModelFormatException or InferenceException)
            {
                return Refuse(ComputeOutcome.BadModel, error.Message);
            }
            catch (OutOfMemoryException)
            {
                return ComputeOutcome.NoMemory;
            }
            finally
            {
                ((IDisposable)memory!).Dispose();
            }
        }
    }

    int IComputeSession.InputColumns() => _inputs;

    int IComputeSession.OutputColumns() => _outputs;

    int IComputeSession.MostRows() => MostRows;

    ComputeOutcome IComputeSession.Share(Handle memory, int bytes, int rows)
    {
        using (memory)
        {
            _reason = "";
            if (_processor is null)
                return ComputeOutcome.NotReady;
            if (_memory is not null)
                return ComputeOutcome.AlreadyDone;
            if (rows <= 0 || rows > MostRows || bytes > ComputeContract.MostMemoryBytes || ComputeContract.MemoryBytes(_inputs, _outputs, rows) > bytes)
                return ComputeOutcome.BadSize;
            Status status = _options.Map(memory, bytes, out MemoryManager<byte>? mapped);
            if (status != Status.Ok)
                return BadMemory(status);
            _memory = mapped;
            _rows = rows;
            return ComputeOutcome.Done;
        }
    }

    ComputeOutcome IComputeSession.Run(int rows, ComputePlace place)
    {
        _reason = "";
        if (_processor is not { } processor || _memory is not { } memory)
            return ComputeOutcome.NotReady;
        if (rows <= 0 || rows > _rows)
            return ComputeOutcome.BadSize;
        if (place == ComputePlace.Gpu && _placed is null)
            return Refuse(ComputeOutcome.NoGpu, _whyNotPlaced);
        Span<float> inputs = MemoryMarshal.Cast<byte, float>(memory.GetSpan())[..(rows * _inputs)];
        Span<float> outputs = MemoryMarshal.Cast<byte, float>(memory.GetSpan()[(int)ComputeContract.OutputOffset(_inputs, _rows)..])[..(rows * _outputs)];
        try
        {
            return _placed is { } placed ? RunPlaced(placed, inputs, outputs, rows, place) : RunOnCpu(processor, inputs, outputs, rows);
        }
        catch (Exception error) when (error is ModelFormatException or InferenceException)
        {
            return Refuse(ComputeOutcome.BadSize, error.Message);
        }
        catch (OutOfMemoryException)
        {
            return ComputeOutcome.NoMemory;
        }
    }

    long IComputeSession.CopiedBytes() => _client.CopiedBytes;

    string IComputeSession.Reason() => _reason;

    private int MostRows => _processor is null ? 0 : _placed?.MaxRowsAtOnce ?? MostRowsOnCpu;

    private ComputeOutcome Load(byte[] file, ModelLimits limits)
    {
        OnnxModel model = OnnxModel.Load(file, limits);
        var processor = new BatchRunner(model);
        RowRunner row = processor.For(1);
        (PlacedModel? placed, _whyNotPlaced) = Place(model);
        (_placed, _processor, _inputs, _outputs) = (placed, processor, row.Columns, row.OutputColumns);
        return ComputeOutcome.Done;
    }

    private (PlacedModel? Placed, string WhyNot) Place(OnnxModel model)
    {
        if (_options.Gpu is not { } gpu)
            return (null, "this machine has no GPU that computes: start it with --gpu virgl");
        try
        {
            PlacedModel? placed = PlacedModel.TryCreate(model, gpu, _client, _options.Decision, leastLent: 0);
            return (placed, placed is null ? "the model does not begin with dense layers that the GPU runs" : "");
        }
        catch (DeviceException error)
        {
            return (null, $"the GPU cannot run this model: {error.Message}");
        }
    }

    private ComputeOutcome RunPlaced(PlacedModel placed, ReadOnlySpan<float> inputs, Span<float> outputs, int rows, ComputePlace place)
    {
        long before = placed.RowsOnGpu;
        ComputeTarget target = place switch { ComputePlace.Cpu => ComputeTarget.Cpu, ComputePlace.Gpu => ComputeTarget.Gpu, _ => ComputeTarget.Auto };
        placed.Run(inputs, outputs, _outputs, rows, target);
        return Refuse(placed.RowsOnGpu > before ? ComputeOutcome.RanOnGpu : ComputeOutcome.RanOnCpu, placed.Failure ?? "");
    }

    private static ComputeOutcome RunOnCpu(BatchRunner processor, ReadOnlySpan<float> inputs, Span<float> outputs, int rows)
    {
        processor.For(rows).Run(inputs, outputs);
        return ComputeOutcome.RanOnCpu;
    }

    private ComputeOutcome BadMemory(Status status) => Refuse(ComputeOutcome.BadMemory, status switch
    {
        Status.InvalidArgument => "the memory is shorter than was said",
        Status.NotPermitted => "the handle does not allow to read and write",
        Status.OutOfMemory or Status.LimitReached => "the kernel cannot map more memory now",
        _ => "the handle is not to memory",
    });

    /// <summary>Says why, in one line of characters that a console shows: parts of it may be the client's words.</summary>
    private ComputeOutcome Refuse(ComputeOutcome outcome, string reason)
    {
        if (reason.Length > MostReasonLength)
            reason = reason[..MostReasonLength];
        _reason = new string(Array.ConvertAll(reason.ToCharArray(), static c => char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c));
        return outcome;
    }
}
