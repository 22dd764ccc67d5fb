using MicroLake.MLaaS.Hooks;
using MicroLake.MLaaS.Packages;
using MicroLake.Nn;
using MicroLake.Nn.Csv;
using MicroLake.Nn.FixedPoint;

namespace MicroLake.MLaaS.Models;

/// <summary>A module's model, checked against its manifest, its hook and its golden vectors: what a decision runs.</summary>
public sealed class DecisionModel
{
    /// <summary>Longest memory of a model, which every processor has its own of: what a hook takes, and room for a policy before it.</summary>
    internal const int MostStateBytes = (1 << 20) - 4096;

    private const int SampleRows = 200;
    private const float GoldenTolerance = 1e-3f;

    /// <summary>Float32 is only compared with: no need to find its very best kernels.</summary>
    private const int TimingMicroseconds = 500;

    private static readonly CsvLimits s_goldenLimits = new() { MaxValues = 1 << 18 };

    /// <summary>A policy makes the model's numbers, in the order of its inputs; else they are the hook's features.</summary>
    private readonly bool _isAskedByPolicy;

    private double? _floatNanoseconds;

    private DecisionModel(OnnxModel model, ModuleManifest manifest, HookDescription hook, bool isAskedByPolicy)
    {
        _isAskedByPolicy = isAskedByPolicy;
        Model = model;
        Manifest = manifest;
        Hook = hook;
    }

    public OnnxModel Model { get; }

    public ModuleManifest Manifest { get; }

    public HookDescription Hook { get; }

    /// <summary>The layers; null for a network of other parts.</summary>
    public FeedForward? Network { get; private set; }

    /// <summary>The decision in whole numbers; null where the error would be greater than the manifest allows.</summary>
    public DecisionProgram? Program { get; private set; }

    /// <summary>Nanoseconds of a decision in float32, measured when somebody asks first.</summary>
    public double FloatNanoseconds =>
        _floatNanoseconds ??= DecisionTiming.Measure(InferenceSession.Create(Model, 1, new() { TimingMicroseconds = TimingMicroseconds }), SampleInputs());

    /// <summary>Rows of golden vectors that were compared.</summary>
    public int GoldenRows { get; private set; }

    /// <summary>What is odd, but not wrong.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>Loads and checks the model of a module.</summary>
    /// <exception cref="ModuleException">It does not fit its manifest or its hook, its golden vectors do not match, or it cannot be any good.</exception>
    public static DecisionModel Load(ModuleFile module, ModelLimits? limits = null)
    {
        ModuleManifest manifest = module.Manifest;
        bool hasPolicy = module.Part(ModulePart.Policy) is not null;
        HookDescription hook = HookDescription.For(manifest, hasPolicy);
        if (manifest.Inputs.Count == 0)
            throw new ModuleException("the manifest has no \"inputs\", which say what the model's numbers are");
        OnnxModel model;
        InferenceSession session;
        try
        {
            model = OnnxModel.Load(module.Part(ModulePart.Model)!, limits);
            // A few hundred rows check the model: to time kernels first would take longer. These multiply and add in two steps, which an emulator does several times faster than in one.
            session = InferenceSession.Create(model, 1, new() { Backend = ComputeBackend.Vector128, Stacking = LayerStacking.None });
        }
        catch (Exception error) when (error is ModelFormatException or InferenceException)
        {
            throw new ModuleException($"model.onnx: {error.Message}", error);
        }

        var decision = new DecisionModel(model, manifest, hook, hasPolicy);
        CheckMetadata(model, manifest);
        CheckShapes(session, manifest);
        if (module.Part(ModulePart.Golden) is { } golden)
            decision.CheckGolden(session, golden);
        float[] rows = decision.SampleInputs();
        ModelLints.Check(decision, session, rows);
        decision.Plan(rows);
        return decision;
    }

    /// <summary>What decides without the runtime.</summary>
    /// <exception cref="ModuleException">The network cannot be computed in whole numbers within the tolerance, or is too large.</exception>
    public DecisionProgram RequireProgram()
    {
        if (Network is null)
            throw new ModuleException("model.onnx: only networks of dense layers with Relu decide in the kernel, and this one has other parts; train it without them");
        if (Program is null)
            throw new ModuleException(
                $"model.onnx: decisions are computed in whole numbers, whose error would be greater than the tolerance of {Manifest.Tolerance}; narrow the inputs' ranges, or allow more");
        return Program.State.Length <= MostStateBytes
            ? Program
            : throw new ModuleException($"model.onnx: it takes {Program.State.Length} bytes in whole numbers, and {MostStateBytes} is the most; train a smaller one");
    }

    /// <summary>Every program that <see cref="Program"/> may be, here or where measuring says otherwise.</summary>
    internal List<DecisionProgram> Programs() =>
        Network is null ? [] : DecisionProgram.All(Network, ProgramInputs(), ProgramOutput(), SampleInputs(), Manifest.Tolerance);

    /// <summary>Least and greatest value of each of the model's inputs, by the manifest.</summary>
    public (float[] Least, float[] Most) InputBox()
    {
        float[] least = new float[Manifest.Inputs.Count], most = new float[least.Length];
        for (int i = 0; i < least.Length; i++)
        {
            ModuleInput input = Manifest.Inputs[i];
            float a = input.Apply(input.Least), b = input.Apply(input.Most);
            (least[i], most[i]) = (MathF.Min(a, b), MathF.Max(a, b));
        }

        return (least, most);
    }

    /// <summary>What the model's file says of its inputs, where it does, is what the manifest says.</summary>
    private static void CheckMetadata(OnnxModel model, ModuleManifest manifest)
    {
        var features = new List<string>();
        var units = new List<string>();
        foreach (ModuleInput input in manifest.Inputs)
        {
            features.Add(input.Feature);
            // Hooks count in parts of what models are trained with: log2/256 is log2.
            units.Add(input.Unit.Split('/')[0]);
        }

        Compare("microlake.features", features);
        Compare("microlake.units", units);

        void Compare(string key, List<string> ours)
        {
            if (model.Metadata.TryGetValue(key, out string? theirs) && theirs != string.Join(',', ours))
                throw new ModuleException($"model.onnx was trained with {key} {theirs}, and the manifest says {string.Join(',', ours)}");
        }
    }

    private static void CheckShapes(InferenceSession session, ModuleManifest manifest)
    {
        if (session.Inputs.Count != 1 || session.Outputs.Count != 1 || session.Inputs[0].ElementType != ElementType.Float32
            || session.Outputs[0].ElementType != ElementType.Float32)
            throw new ModuleException("model.onnx: a model for decisions has one float32 input and one float32 output");
        if (session.Inputs[0].Shape.Count != manifest.Inputs.Count)
            throw new ModuleException($"model.onnx takes {session.Inputs[0].Shape.Count} numbers, and the manifest has {manifest.Inputs.Count} inputs");
        if (session.Outputs[0].Shape.Count != 1)
            throw new ModuleException($"model.onnx gives {session.Outputs[0].Shape.Count} numbers; a decision is one");
    }

    private void CheckGolden(InferenceSession session, byte[] file)
    {
        CsvTable table;
        try
        {
            table = CsvTable.Read(new MemoryStream(file), limits: s_goldenLimits);
        }
        catch (CsvFormatException error)
        {
            throw new ModuleException($"golden.csv: {error.Message}", error);
        }

        int inputs = Manifest.Inputs.Count;
        if (table.Columns != inputs + 1)
            throw new ModuleException($"golden.csv has {table.Columns} columns; {inputs} inputs and the output of the model are {inputs + 1}");
        float[] y = new float[1];
        for (int row = 0; row < table.Rows; row++)
        {
            ReadOnlySpan<float> values = table.Values.AsSpan(row * table.Columns, table.Columns);
            session.Run(values[..inputs], y);
            float expected = values[inputs];
            if (!(MathF.Abs(y[0] - expected) <= GoldenTolerance * MathF.Max(1, MathF.Abs(expected))))
                throw new ModuleException($"golden.csv, row {row + 1}: the model gives {y[0]} where {expected} is expected; the model is not the one that the vectors were made with");
        }

        GoldenRows = table.Rows;
    }

    /// <summary>Rows anywhere in the box, by a fixed seed: the error is the same wherever it is measured.</summary>
    private float[] SampleInputs()
    {
        (float[] least, float[] most) = InputBox();
        var random = new Random(1);
        float[] rows = new float[SampleRows * least.Length];
        for (int row = 0; row < rows.Length; row += least.Length)
            for (int i = 0; i < least.Length; i++)
                rows[row + i] = least[i] + random.NextSingle() * (most[i] - least[i]);
        return rows;
    }

    private void Plan(float[] rows)
    {
        Network = FeedForward.TryRead(Model);
        if (Network is not null)
            Program = DecisionProgram.Create(Network, ProgramInputs(), ProgramOutput(), rows, Manifest.Tolerance);
    }

    private List<DecisionInput> ProgramInputs()
    {
        var inputs = new List<DecisionInput>();
        foreach (ModuleInput input in Manifest.Inputs)
            inputs.Add(new(
                _isAskedByPolicy ? inputs.Count : Hook.IndexOf(input.Feature), input.Least, input.Most, input.Transform == InputTransform.Log2, input.Offset, input.Scale));
        return inputs;
    }

    private DecisionOutput ProgramOutput() => new(Manifest.Output.Transform == InputTransform.Log2, Manifest.Output.Offset, Manifest.Output.Scale);
}
