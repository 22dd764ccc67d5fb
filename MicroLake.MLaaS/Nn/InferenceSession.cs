using System.Diagnostics.CodeAnalysis;
using MicroLake.Nn.Planning;

namespace MicroLake.Nn;

/// <summary>A model planned for a number of rows: kernels chosen, weights packed, memory laid out. Running it allocates nothing.</summary>
/// <remarks>For one thread at a time; sessions of one model share its weights and may run side by side.</remarks>
public sealed unsafe class InferenceSession
{
    private readonly AlignedBuffer _arena;
    private readonly Stage[] _stages;
    private readonly CompiledPlan? _whole;
    private readonly int _firstInputLength;
    private readonly int _firstOutputLength;
    private readonly bool _floatInFloatOut;

    private InferenceSession(OnnxModel model, int batch, InferenceOptions options)
    {
        Batch = batch;
        List<SessionPlanner.Stage> planned = SessionPlanner.Plan(model, options, batch);
        long arenaBytes = planned.Max(s => s.Plan.ArenaBytes);
        if (arenaBytes > model.Limits.MaxArenaBytes)
            throw new ModelLimitException($"Intermediate values for a batch of {batch} take {arenaBytes} bytes; the limit is {model.Limits.MaxArenaBytes}. Use a smaller batch, or raise MaxArenaBytes.");
        _arena = new((int)arenaBytes);
        KernelChoice choice = model.Choices.Choose(model, planned[0], options);
        Backend = choice.Backend;
        Stacking = choice.Stacking;
        _stages = [.. planned.ConvertAll(s => new Stage(s.Plan.Compile(choice, _arena, model.Packed), s.Times, s.Plan.Graph, Cut(planned, s)))];
        _whole = _stages is [{ Times: 1 } only] ? only.Plan : null;

        InferredGraph first = planned[0].Plan.Graph;
        var inputs = new SessionTensor[first.Inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
            inputs[i] = Describe(first.Inputs[i], planned, i, s => s.Plan.Graph.Inputs);
        var outputs = new SessionTensor[first.Outputs.Length];
        for (int i = 0; i < outputs.Length; i++)
            outputs[i] = Describe(first.Outputs[i], planned, i, s => s.Plan.Graph.Outputs) with { Name = model.Outputs[i].Name };
        Inputs = inputs;
        Outputs = outputs;
        _firstInputLength = Inputs.Count > 0 ? checked((int)Inputs[0].Shape.Count) : 0;
        _firstOutputLength = checked((int)Outputs[0].Shape.Count);
        _floatInFloatOut = Inputs is [{ ElementType: ElementType.Float32 }] && Outputs is [{ ElementType: ElementType.Float32 }];
    }

    /// <summary>Number of rows that one run takes.</summary>
    public int Batch { get; }

    /// <summary>Bytes of memory for intermediate values.</summary>
    public long ArenaBytes => _arena.Length;

    /// <summary>The kernels that this session uses.</summary>
    public ComputeBackend Backend { get; }

    /// <summary>How dense layers that follow each other run.</summary>
    public LayerStacking Stacking { get; }

    /// <summary>What <see cref="Run(ReadOnlySpan{Tensor}, ReadOnlySpan{Tensor})"/> takes, with all shapes known.</summary>
    public IReadOnlyList<SessionTensor> Inputs { get; }

    /// <summary>What a run computes, with all shapes known.</summary>
    public IReadOnlyList<SessionTensor> Outputs { get; }

    /// <summary>Plans <paramref name="model"/> for <paramref name="batch"/> rows.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batch">Rows per run; null for what the file fixes, or 1. A model that the file fixes at one row takes any
    /// number: the rows go through together where each is computed on its own, and one by one where not.</param>
    /// <param name="options">Kernels, named dimensions, constant inputs.</param>
    /// <exception cref="InferenceException">The model cannot take this batch, or needs a dimension or value that
    /// <paramref name="options"/> does not give.</exception>
    /// <exception cref="ModelFormatException">Shapes do not fit each other, or take more than the model's limits.</exception>
    public static InferenceSession Create(OnnxModel model, int? batch = null, InferenceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new();
        int rows = batch ?? SessionPlanner.DefaultBatch(model, options);
        if (rows < 1)
            throw new InferenceException($"A batch has at least one row, not {rows}.");
        if (options.Backend is { } backend && !ComputeBackends.IsAvailable(backend))
            throw new InferenceException($"This program was compiled without {backend} kernels. Leave the choice open.");
        return new(model, rows, options);
    }

    /// <summary>Runs a model with one float32 input and one float32 output.</summary>
    /// <param name="input">[Batch, ...], row after row.</param>
    /// <param name="output">[Batch, ...], overwritten.</param>
    /// <exception cref="InferenceException">The model has other inputs or outputs, or a length is wrong.</exception>
    public void Run(ReadOnlySpan<float> input, Span<float> output)
    {
        if (!_floatInFloatOut || input.Length != _firstInputLength || output.Length != _firstOutputLength)
            ThrowMismatch(input.Length, output.Length);
        // SAFETY: the lengths checked above are what all stages together read and write; the pins last until they are done.
        fixed (float* x = input, y = output)
        {
            byte* from = (byte*)x, to = (byte*)y;
            if (_whole is { } plan)
            {
                plan.Slots[0] = from;
                plan.Slots[1] = to;
                plan.Run();
                return;
            }

            RunStages(from, to);
        }
    }

    /// <summary>Runs a model with any inputs and outputs.</summary>
    /// <param name="inputs">One tensor for each of <see cref="Inputs"/>, of its type and element count.</param>
    /// <param name="outputs">One tensor for each of <see cref="Outputs"/>, overwritten.</param>
    /// <exception cref="InferenceException">A count, type or length is wrong.</exception>
    public void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Check(inputs, Inputs, "input");
        Check(outputs, Outputs, "output");
        RunPinned(inputs, outputs, 0, stackalloc nint[inputs.Length + outputs.Length]);
    }

    private static void Check(ReadOnlySpan<Tensor> given, IReadOnlyList<SessionTensor> wanted, string kind)
    {
        if (given.Length != wanted.Count)
            throw new InferenceException($"The model has {wanted.Count} {kind}s; {given.Length} were given.");
        for (int i = 0; i < given.Length; i++)
            if (given[i].ElementType != wanted[i].ElementType || given[i].Shape.Count != wanted[i].Shape.Count)
                throw new InferenceException($"The {kind} '{wanted[i].Name}' is {wanted[i].ElementType} {wanted[i].Shape}; {given[i].ElementType} {given[i].Shape} was given.");
    }

    /// <summary>Whether the batch runs in pieces, so that addresses advance from one to the next.</summary>
    private static bool Cut(List<SessionPlanner.Stage> all, SessionPlanner.Stage stage) => all.Count > 1 || stage.Times > 1;

    private static SessionTensor Describe(PlanValue value, List<SessionPlanner.Stage> stages, int index, Func<SessionPlanner.Stage, PlanValue[]> find)
    {
        bool whole = stages is [{ Times: 1 }];
        bool rowWise = stages[0].Plan.Graph.RowWise;
        if (whole || (rowWise && !value.PerRow))
            return new(value.Name, value.Type, value.Shape);
        if (value.Shape.Rank == 0)
            return new(value.Name, value.Type, new(stages[0].Times));
        long rows = stages.Sum(s => (long)find(s)[index].Shape[0] * s.Times);
        return new(value.Name, value.Type, value.Shape.With(0, checked((int)rows)));
    }

    private void RunPinned(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs, int index, Span<nint> addresses)
    {
        if (index < addresses.Length)
        {
            Tensor tensor = index < inputs.Length ? inputs[index] : outputs[index - inputs.Length];
            using System.Buffers.MemoryHandle handle = tensor.Pin();
            addresses[index] = (nint)handle.Pointer;
            RunPinned(inputs, outputs, index + 1, addresses);
            return;
        }

        // SAFETY: Check has compared every tensor's type and length with the plan; all are pinned by the callers on the stack.
        foreach (Stage stage in _stages)
        {
            for (int i = 0; i < stage.Times; i++)
            {
                for (int j = 0; j < addresses.Length; j++)
                {
                    stage.Plan.Slots[j] = (byte*)addresses[j];
                    addresses[j] += stage.Steps[j];
                }

                stage.Plan.Run();
            }
        }
    }

    private void RunStages(byte* from, byte* to)
    {
        foreach (Stage stage in _stages)
        {
            byte** slots = stage.Plan.Slots;
            for (int i = 0; i < stage.Times; i++)
            {
                slots[0] = from;
                slots[1] = to;
                stage.Plan.Run();
                from += stage.FirstInputStep;
                to += stage.FirstOutputStep;
            }
        }
    }

    [DoesNotReturn]
    private void ThrowMismatch(int input, int output)
    {
        if (!_floatInFloatOut)
            throw new InferenceException($"The model takes {string.Join(", ", Inputs)} and gives {string.Join(", ", Outputs)}; run it with tensors.");
        throw new InferenceException($"A batch of {Batch} has {_firstInputLength} numbers in and {_firstOutputLength} out; {input} and {output} were given.");
    }

    private sealed class Stage
    {
        public Stage(CompiledPlan plan, int times, InferredGraph graph, bool cut)
        {
            Plan = plan;
            Times = times;
            bool Advances(PlanValue v) => cut && (!graph.RowWise || v.PerRow);
            Steps = new nint[graph.Inputs.Length + graph.Outputs.Length];
            for (int i = 0; i < graph.Inputs.Length; i++)
                Steps[i] = Advances(graph.Inputs[i]) ? (nint)plan.InputBytes[i] : 0;
            for (int i = 0; i < graph.Outputs.Length; i++)
                Steps[graph.Inputs.Length + i] = cut ? (nint)plan.OutputBytes[i] : 0;
            FirstInputStep = graph.Inputs.Length > 0 ? Steps[0] : 0;
            FirstOutputStep = Steps[graph.Inputs.Length];
        }

        public CompiledPlan Plan { get; }

        public int Times { get; }

        public nint[] Steps { get; }

        public nint FirstInputStep { get; }

        public nint FirstOutputStep { get; }
    }
}

/// <summary>An input or output of a session.</summary>
/// <param name="Name">Name in the graph.</param>
/// <param name="ElementType">Type of each element.</param>
/// <param name="Shape">Dimensions for the session's whole batch.</param>
public sealed record SessionTensor(string Name, ElementType ElementType, Shape Shape);
