using System.Runtime.InteropServices;

namespace MicroLake.Sdk;

/// <summary>
/// A model that the kernel runs for this program, on the graphics processor or on the processor: rows are written to <see cref="Rows"/>, run, and their
/// outputs read from <see cref="Outputs"/>, all in memory that is shared and not copied. For one thread at a time.
/// </summary>
public sealed class ComputeModel : IDisposable
{
    // Start handles are the process's for as long as it lives.
    private static readonly Lazy<Channel?> s_granted = new(() => Start(ServiceStart.GrantPrefix + ComputeContract.ServiceName));
    private static readonly Lazy<NameServiceClient?> s_names = new(() => Start(ServiceStart.Names) is { } names ? new NameServiceClient(names) : null);

    private readonly Channel _channel;
    private readonly ComputeSessionClient _session;
    private readonly SharedMemory _memory;

    private ComputeModel(Channel channel, ComputeSessionClient session, int mostRows)
    {
        _channel = channel;
        _session = session;
        InputColumns = session.InputColumns();
        OutputColumns = session.OutputColumns();
        MostRows = Math.Min(mostRows, session.MostRows());
        int bytes = (int)Math.Min(ComputeContract.MemoryBytes(InputColumns, OutputColumns, MostRows), int.MaxValue);
        _memory = SharedMemory.Create(bytes, out Handle handle);
        using (handle)
        {
            try
            {
                Check(session.Share(handle, bytes, MostRows));
            }
            catch
            {
                ((IDisposable)_memory).Dispose();
                throw;
            }
        }
    }

    /// <summary>Numbers in a row of inputs.</summary>
    public int InputColumns { get; }

    /// <summary>Numbers in a row of outputs.</summary>
    public int OutputColumns { get; }

    /// <summary>The most rows of a run.</summary>
    public int MostRows { get; }

    /// <summary>Bytes of rows and outputs that the service has copied; what is computed where it lies is not.</summary>
    public long CopiedBytes => _session.CopiedBytes();

    /// <summary>Loads an ONNX file at the service, which this program was granted (<c>--grant ml.compute</c>) or may look up.</summary>
    /// <param name="client">What <c>gpu</c> shows of this program.</param>
    /// <param name="file">The file.</param>
    /// <param name="mostRows">Rows that are to be run at once; fewer where the service takes fewer.</param>
    /// <exception cref="ComputeException">The service does not run this file.</exception>
    /// <exception cref="ContractException">The program may not use the service, or the service has too many clients.</exception>
    /// <exception cref="MessageException">The service is gone, or there is not enough memory.</exception>
    public static ComputeModel Load(string client, ReadOnlySpan<byte> file, int mostRows)
    {
        ArgumentOutOfRangeException.ThrowIfZero(file.Length, nameof(file));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(mostRows);
        Channel channel = Connect(client);
        try
        {
            channel.SharePayload(ComputeContract.SharedBytes);
            var session = new ComputeSessionClient(channel);
            using SharedMemory copy = SharedMemory.Create(file.Length, out Handle handle);
            file.CopyTo(copy.GetSpan());
            using (handle)
                Check(session, session.Load(handle, file.Length));
            return new ComputeModel(channel, session, mostRows);
        }
        catch
        {
            channel.Dispose();
            throw;
        }
    }

    /// <summary>Where the rows of the next run are written, one behind the other.</summary>
    public Span<float> Rows(int rows) => MemoryMarshal.Cast<byte, float>(_memory.GetSpan())[..(CheckRows(rows) * InputColumns)];

    /// <summary>The outputs of the last run.</summary>
    /// <param name="rows">Its rows.</param>
    public ReadOnlySpan<float> Outputs(int rows) =>
        MemoryMarshal.Cast<byte, float>(_memory.GetSpan()[(int)ComputeContract.OutputOffset(InputColumns, MostRows)..])[..(CheckRows(rows) * OutputColumns)];

    /// <summary>Runs the rows in <see cref="Rows"/>; returns what computed them.</summary>
    /// <exception cref="ComputeException">The machine has no graphics processor for this model, and that was asked for.</exception>
    /// <exception cref="MessageException">The service is gone.</exception>
    public ComputePlace Run(int rows, ComputePlace place = ComputePlace.Auto)
    {
        ComputeOutcome outcome = _session.Run(CheckRows(rows), place);
        Check(outcome);
        return outcome == ComputeOutcome.RanOnGpu ? ComputePlace.Gpu : ComputePlace.Cpu;
    }

    public void Dispose()
    {
        _channel.Dispose();
        ((IDisposable)_memory).Dispose();
    }

    private static Channel Connect(string client)
    {
        if (s_granted.Value is { } granted)
            return new ComputeServiceClient(granted).Connect(client);
        if (s_names.Value is not { } names)
            throw new ContractException(ReplyCode.NotPermitted, $"{ComputeContract.ServiceName} (start with run --grant {ComputeContract.ServiceName})");
        using Channel found = names.Find(ComputeContract.ServiceName);
        return new ComputeServiceClient(found).Connect(client);
    }

    private static Channel? Start(string handle) => StartHandles.Find(handle) is not 0 and var found ? new Channel(found) : null;

    private void Check(ComputeOutcome outcome) => Check(_session, outcome);

    private static void Check(ComputeSessionClient session, ComputeOutcome outcome)
    {
        if (outcome > ComputeOutcome.RanOnGpu)
            throw new ComputeException(outcome, session.Reason());
    }

    private int CheckRows(int rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, MostRows);
        return rows;
    }
}
