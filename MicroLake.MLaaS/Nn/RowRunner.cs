using MicroLake.Nn.Planning;

namespace MicroLake.Nn;

/// <summary>Runs any number of rows through a model that takes rows of float32 numbers: plans once for a batch, and again for what
/// is left at the end.</summary>
/// <remarks>For one thread at a time.</remarks>
public sealed class RowRunner
{
    private readonly OnnxModel _model;
    private readonly InferenceOptions _options;
    private readonly InferenceSession _session;
    private readonly float[] _padded;
    private readonly Tensor<float> _classInput;
    private readonly Tensor<long> _classes;
    private InferenceSession? _rest;

    /// <summary>Plans <paramref name="model"/> for <paramref name="batch"/> rows at a time.</summary>
    /// <exception cref="InferenceException">The model does not take rows of float32 numbers, or not this batch.</exception>
    /// <exception cref="ModelFormatException">Shapes do not fit each other, or take more than the model's limits.</exception>
    public RowRunner(OnnxModel model, int batch, InferenceOptions? options = null)
    {
        _model = model;
        _options = options ?? new();
        _session = InferenceSession.Create(model, batch, _options);
        if (_session.Inputs is not [{ ElementType: ElementType.Float32 } input])
            throw new InferenceException($"The model takes {Describe(_session.Inputs)}; rows of numbers can only be given to one float32 input.");
        if (_session.Outputs is not [{ ElementType: ElementType.Float32 or ElementType.Int64 } output])
            throw new InferenceException($"The model gives {Describe(_session.Outputs)}; rows of numbers can only come from one float32 or int64 output.");
        if (output.Shape.Count % batch != 0)
            throw new InferenceException($"For {batch} rows the model gives {output.Shape}, which is not by rows. Run it with another batch.");
        Columns = (int)(input.Shape.Count / batch);
        OutputColumns = (int)(output.Shape.Count / batch);
        GivesClasses = output.ElementType == ElementType.Int64;
        // Whole batches go straight through; these serve an incomplete batch that the file does not allow, and class numbers.
        bool buffered = GivesClasses || SessionPlanner.DefaultBatch(model, _options) > 1;
        _padded = new float[buffered ? batch * Columns : 0];
        _classInput = new(_padded, new(_padded.Length));
        _classes = new(new long[GivesClasses ? batch * OutputColumns : 0], new(GivesClasses ? batch * OutputColumns : 0));
    }

    /// <summary>Numbers in a row of the input.</summary>
    public int Columns { get; }

    /// <summary>Numbers in a row of the output.</summary>
    public int OutputColumns { get; }

    /// <summary>Rows that go through the model at a time.</summary>
    public int Batch => _session.Batch;

    /// <summary>The kernels in use.</summary>
    public ComputeBackend Backend => _session.Backend;

    /// <summary>Bytes of memory for intermediate values.</summary>
    public long ArenaBytes => _session.ArenaBytes;

    /// <summary>Bytes of memory in all, but for the weights.</summary>
    internal long MemoryBytes => ArenaBytes + (_rest?.ArenaBytes ?? 0) + (_padded.Length + 2L * _classes.Span.Length) * sizeof(float);

    /// <summary>True when the output is whole numbers (ArgMax): class numbers, not scores.</summary>
    public bool GivesClasses { get; }

    /// <summary>Runs every row of <paramref name="rows"/>.</summary>
    /// <param name="rows">[count, <see cref="Columns"/>].</param>
    /// <param name="outputs">[count, <see cref="OutputColumns"/>], overwritten. Class numbers are written as floats.</param>
    public void Run(ReadOnlySpan<float> rows, Span<float> outputs)
    {
        int count = Columns == 0 ? 0 : rows.Length / Columns;
        if (count * Columns != rows.Length || count * OutputColumns != outputs.Length)
            throw new InferenceException($"Rows have {Columns} numbers in and {OutputColumns} out; {rows.Length} and {outputs.Length} were given.");
        for (int done = 0; done < count;)
        {
            int now = Math.Min(Batch, count - done);
            ReadOnlySpan<float> from = rows.Slice(done * Columns, now * Columns);
            Span<float> to = outputs.Slice(done * OutputColumns, now * OutputColumns);
            if (GivesClasses || (now < Batch && _padded.Length > 0))
                RunBuffered(from, to);
            else if (now == Batch)
                _session.Run(from, to);
            else
                RestSession(now).Run(from, to);
            done += now;
        }
    }

    /// <summary>Runs a batch that may be incomplete: rows that are missing are 0, and what comes out for them is dropped.</summary>
    private void RunBuffered(ReadOnlySpan<float> from, Span<float> to)
    {
        from.CopyTo(_padded);
        _padded.AsSpan(from.Length).Clear();
        if (GivesClasses)
        {
            _session.Run([_classInput], [_classes]);
            for (int i = 0; i < to.Length; i++)
                to[i] = _classes.Span[i];
            return;
        }

        float[] all = new float[Batch * OutputColumns];
        _session.Run(_padded, all);
        all.AsSpan(0, to.Length).CopyTo(to);
    }

    private InferenceSession RestSession(int rows)
    {
        if (_rest?.Batch != rows)
            _rest = InferenceSession.Create(_model, rows, _options with { Backend = _session.Backend, Stacking = _session.Stacking });
        return _rest;
    }

    private static string Describe(IReadOnlyList<SessionTensor> tensors) =>
        string.Join(", ", Array.ConvertAll([.. tensors], t => $"{t.Name} {t.ElementType.ToString().ToLowerInvariant()} {t.Shape}"));
}
