using MicroLake.Nn.Kernels;
using MicroLake.Nn.Operators;

namespace MicroLake.Nn.Planning;

/// <summary>Where every value of an inferred graph lies: slots 0.. are the inputs, then the outputs, then constants and the arena.</summary>
internal sealed class Plan
{
    private const int ShortSums = 64;

    private readonly InferredGraph _graph;
    private readonly List<PlanStep> _steps;
    private readonly List<(int Slot, ConstantTensor Constant)> _constants = [];
    private readonly List<(int Slot, int Buffer)> _arenaSlots = [];
    private readonly long[] _offsets;
    private int _slots;

    public Plan(InferredGraph graph)
    {
        _graph = graph;
        _steps = [.. graph.Steps];
        foreach (PlanValue input in graph.Inputs)
            input.Slot = _slots++;
        BindOutputs();
        WriteInPlace();

        var layout = new ArenaLayout();
        Dictionary<PlanValue, int> lastUse = LastUses();
        for (int i = 0; i < _steps.Count; i++)
            AssignStep(i, layout, lastUse);
        ArenaBytes = layout.Place(out _offsets);
    }

    /// <summary>Bytes of arena that this plan needs.</summary>
    public long ArenaBytes { get; }

    public InferredGraph Graph => _graph;

    /// <summary>Rough number of element operations of one run.</summary>
    public long Work => _steps.Sum(s => Math.Min(s.Node.Work, int.MaxValue));

    /// <summary>True where some layers can run as one kernel.</summary>
    public bool HasStacks => _steps.Exists(s => s.Node is DenseNode { CanStack: true });

    /// <summary>
    /// True where a layer of a stack can do the Relu of the layer before it on its products, and that may be worth while: not for one row with short sums,
    /// where both ways are so close that timing them picks either.
    /// </summary>
    public bool HasGates
    {
        get
        {
            for (int i = 0; i < _steps.Count; i += Math.Max(1, StackLength(i)))
                for (int layer = i + 1; layer < i + StackLength(i); layer++)
                    if (_steps[layer - 1].Node is DenseNode { Relu: true } && _steps[layer].Node is DenseNode { CanGate: true } next && (next.Rows >= Simd128.Width || next.Weights >= ShortSums))
                        return true;
            return false;
        }
    }

    /// <summary>Makes the kernels, with this plan's values in <paramref name="arena"/>.</summary>
    public CompiledPlan Compile(KernelChoice choice, AlignedBuffer arena, PackedWeights packed)
    {
        var kernels = new List<Kernel>(_steps.Count);
        HashSet<int> inArena = [.. _arenaSlots.ConvertAll(a => a.Slot)];
        for (int i = 0; i < _steps.Count;)
        {
            int stacked = choice.Stacking == LayerStacking.None ? 0 : StackLength(i);
            if (stacked > 0)
            {
                kernels.Add(VectorFactory.Create(choice.Backend, new StackFactory(_steps.GetRange(i, stacked), choice.Stacking, packed)));
                i += stacked;
                continue;
            }

            PlanStep step = _steps[i++];
            kernels.Add(step.Node.CreateKernel(new(choice.Backend, step.Inputs, step.Output, step.Scratch, packed) { OutputInArena = inArena.Contains(step.Output.Root.Slot) }));
        }

        return new(
            [.. kernels],
            _slots,
            [.. _arenaSlots.ConvertAll(a => (a.Slot, _offsets[a.Buffer]))],
            [.. _constants],
            arena,
            Array.ConvertAll(_graph.Inputs, v => v.ByteLength),
            Array.ConvertAll(_graph.Outputs, v => v.ByteLength));
    }

    private int StackLength(int first)
    {
        int length = LayerStacks.Length(_steps, first, _graph.Outputs);
        // A stack writes its first results before it has read its last rows.
        while (length > 1 && Overlap(_steps[first].Inputs[0]!.Root, _steps[first + length - 1].Output.Root))
            length--;
        return length;
    }

    /// <summary>Whether two values lie in one place of the arena at different times.</summary>
    private bool Overlap(PlanValue a, PlanValue b) =>
        Offset(a) is { } first && Offset(b) is { } second && first < second + b.ByteLength && second < first + a.ByteLength;

    private long? Offset(PlanValue value)
    {
        int index = _arenaSlots.FindIndex(s => s.Slot == value.Slot);
        return index < 0 ? null : _offsets[_arenaSlots[index].Buffer];
    }

    /// <summary>Lets the step that computes an output write it where the caller wants it; where that cannot be, adds a copy.</summary>
    private void BindOutputs()
    {
        HashSet<PlanValue> computed = [.. _steps.ConvertAll(s => s.Output)];
        foreach (PlanValue output in _graph.Outputs)
        {
            PlanValue root = output.Root;
            int slot = _slots++;
            if (computed.Contains(root) && root.Slot < 0)
            {
                root.Slot = slot;
                continue;
            }

            var copy = new PlanValue(output.Name, output.Type, output.Shape) { Slot = slot };
            _steps.Add(new(new Operators.ViewNode(output, output.Shape), [output], copy));
        }
    }

    /// <summary>Lets a step write its output over its first input where nothing needs that any more.</summary>
    private void WriteInPlace()
    {
        Dictionary<PlanValue, int> lastUse = LastUses();
        HashSet<PlanValue> computed = [.. _steps.ConvertAll(s => s.Output)];
        for (int i = 0; i < _steps.Count; i++)
        {
            PlanStep step = _steps[i];
            PlanValue output = step.Output;
            if (!step.Node.CanRunInPlace || output.Slot >= 0)
                continue;
            PlanValue root = step.Inputs[0]!.Root;
            if (root.Slot >= 0 || !computed.Contains(root) || lastUse[root] != i || root.ByteLength != output.ByteLength
                || step.Inputs.Count(v => v?.Root == root) != 1)
                continue;
            output.AliasOf = root;
            lastUse[root] = lastUse.GetValueOrDefault(output, i);
        }
    }

    private Dictionary<PlanValue, int> LastUses()
    {
        var lastUse = new Dictionary<PlanValue, int>();
        for (int i = 0; i < _steps.Count; i++)
            foreach (PlanValue? input in _steps[i].Inputs)
                if (input is not null)
                    lastUse[input.Root] = i;
        return lastUse;
    }

    private void AssignStep(int index, ArenaLayout layout, Dictionary<PlanValue, int> lastUse)
    {
        PlanStep step = _steps[index];
        foreach (PlanValue? input in step.Inputs)
        {
            if (input?.Root is not { Slot: < 0 } root)
                continue;
            // What is neither given nor computed before is constant.
            root.Slot = _slots++;
            _constants.Add((root.Slot, root.Constant!));
        }

        if (step.Node.ScratchBytes > 0)
        {
            step.Scratch = _slots++;
            _arenaSlots.Add((step.Scratch, layout.Add(step.Node.ScratchBytes, index, index)));
        }

        PlanValue output = step.Output;
        if (output.Root != output || output.Slot >= 0)
            return;
        output.Slot = _slots++;
        _arenaSlots.Add((output.Slot, layout.Add(output.ByteLength, index, lastUse.GetValueOrDefault(output, index))));
    }

    private readonly struct StackFactory(List<PlanStep> steps, LayerStacking stacking, PackedWeights packed) : IVectorFactory
    {
        public Kernel Create<TVector>() where TVector : struct, ISimd<TVector>
        {
            PackedWeights kept = packed;
            List<DenseNode> layers = steps.ConvertAll(s => (DenseNode)s.Node);
            return new DenseStack<TVector>([.. layers.ConvertAll(l => l.AsLayer(kept))], layers[0].Rows, stacking, steps[0].Inputs[0]!.Root.Slot, steps[^1].Output.Root.Slot);
        }
    }
}
