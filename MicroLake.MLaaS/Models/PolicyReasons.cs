using System.Globalization;
using MicroLake.MLaaS.Hooks;
using MicroLake.Policies.Execution;
using MicroLake.Policies.Helpers;
using MicroLake.Policies.Maps;
using MicroLake.Policies.Verification;

namespace MicroLake.MLaaS.Models;

/// <summary>
/// Which inputs decided what a policy decided: its program runs again on the recorded inputs with one of them changed at a time to what is typical of the recorded decisions.
/// Computed when somebody asks, off the decision path, on copies of the policy's maps (<see cref="PolicyReplay"/>): explaining changes nothing.
/// </summary>
public sealed class PolicyReasons : IReplayedModel, IDisposable
{
    /// <summary>Inputs that a text names.</summary>
    private const int MostNamed = 3;

    /// <summary>Instructions that all explanations of one question may take, or as many times <see cref="BytesLikeInstruction"/> that are copied.</summary>
    private const long MostWork = 4_000_000;

    private const int BytesLikeInstruction = 64;

    private readonly ModuleDecision _module;
    private readonly VerifiedProgram _program;
    private readonly long[][] _recorded;
    private readonly PolicyReplay _replay;
    private readonly string _beside;
    private bool _isOutside;

    /// <param name="module">Decides by a policy.</param>
    /// <param name="recorded">Features of its last decisions.</param>
    /// <exception cref="OutOfMemoryException">There is no memory for copies of the policy's maps.</exception>
    public PolicyReasons(ModuleDecision module, long[][] recorded)
    {
        DecisionPolicy policy = module.Policy ?? throw new ArgumentException("it decides by a model alone", nameof(module));
        _module = module;
        _program = policy.Program;
        _recorded = recorded;
        _beside = Beside(policy);
        _replay = new PolicyReplay(_program, policy.Maps, module.Model is null ? null : this);
        long run = _program.LongestRun + _replay.CopiedBytes / BytesLikeInstruction;
        MostDecisions = Math.Max(1, MostWork / (run * (1 + module.Hook.Features.Count)));
    }

    /// <summary>How many decisions may be explained before it takes too long.</summary>
    public long MostDecisions { get; }

    /// <summary>What is decided from these features with the policy's present state.</summary>
    /// <param name="features">Of the hook.</param>
    /// <param name="time">When, in nanoseconds of the monotonic clock.</param>
    /// <param name="processor">Where.</param>
    public long Decide(ReadOnlySpan<long> features, long time, uint processor)
    {
        _isOutside = false;
        long decision = _replay.Run(features, (ulong)time, processor);
        return _isOutside ? long.MinValue : decision;
    }

    /// <summary>What would have been decided had an input been typical, of those inputs that change the decision most.</summary>
    /// <param name="features">Of the hook.</param>
    /// <param name="decided">What was decided. Of a choice among candidates that is one of them, and what is told is its rank.</param>
    /// <param name="time">When, in nanoseconds of the monotonic clock.</param>
    /// <param name="processor">Where.</param>
    public string TextOf(ReadOnlySpan<long> features, long decided, long time, uint processor)
    {
        long now = Decide(features, time, processor);
        string text = "";
        if (_module.Hook.IsChoice)
            text = "ranked " + Text(now) + ": ";
        else if (now != decided && _beside.Length > 0)
            text = "depends on " + _beside + ", too: now " + Text(now) + "; ";
        IReadOnlyList<HookFeature> inputs = _module.Hook.Features;
        long[] changed = features.ToArray(), values = new long[inputs.Count], decisions = new long[inputs.Count];
        for (int i = 0; i < values.Length; i++)
        {
            changed[i] = values[i] = Typical(i, features[i]);
            decisions[i] = values[i] == features[i] || !_program.Type.Fields[i].IsGranted ? now : Decide(changed, time, processor);
            changed[i] = features[i];
        }

        for (int named = 0; named < MostNamed; named++)
        {
            int most = 0;
            for (int i = 1; i < decisions.Length; i++)
                if (Distance(decisions[i], now) > Distance(decisions[most], now))
                    most = i;
            if (decisions[most] == now)
                return named == 0 ? text + "no input by itself" : text;
            text += (named == 0 ? "" : ", ") + Text(decisions[most]) + " if " + inputs[most].Name + " were " + Text(values[most]);
            decisions[most] = now;
        }

        return text;
    }

    public void Dispose() => _replay.Dispose();

    int IReplayedModel.Inputs => _module.Manifest.Inputs.Count;

    long IReplayedModel.Infer(ReadOnlySpan<long> inputs)
    {
        for (int i = 0; i < inputs.Length; i++)
            _isOutside |= inputs[i] < _module.Manifest.Inputs[i].Least || inputs[i] > _module.Manifest.Inputs[i].Most;
        // Its memory is written while it runs.
        lock (_module)
            return _module.Model!.RequireProgram().Run(inputs);
    }

    /// <summary>
    /// The median of the recorded values; where that is what the decision had, the one that differs most from it, so that every input which varied is tried; 0 of one that never
    /// did.
    /// </summary>
    private long Typical(int feature, long own)
    {
        long[] values = new long[_recorded.Length];
        for (int i = 0; i < values.Length; i++)
        {
            // They are few: each goes into its place among those before.
            int place = i;
            for (; place > 0 && values[place - 1] > _recorded[i][feature]; place--)
                values[place] = values[place - 1];
            values[place] = _recorded[i][feature];
        }

        if (values.Length == 0 || values[0] == values[^1])
            return 0;
        long median = values[values.Length / 2];
        if (median != own)
            return median;
        return Distance(values[0], own) > Distance(values[^1], own) ? values[0] : values[^1];
    }

    /// <summary>What a decision depends on besides its inputs.</summary>
    private static string Beside(DecisionPolicy policy)
    {
        string beside = "";
        foreach (PolicyMap map in policy.Maps)
            if (!map.Definition.IsReadOnly)
                beside = "its own state";
        if (policy.Program.Program.Calls(HelperNumber.Time))
            beside += beside.Length == 0 ? "the time" : " and the time";
        if (policy.Program.Program.Calls(HelperNumber.Random))
            beside += beside.Length == 0 ? "chance" : " and chance";
        return beside;
    }

    private static string Text(long decision) => decision == long.MinValue ? "out of range" : decision.ToString(CultureInfo.InvariantCulture);

    private static ulong Distance(long a, long b) => a > b ? (ulong)a - (ulong)b : (ulong)b - (ulong)a;
}
