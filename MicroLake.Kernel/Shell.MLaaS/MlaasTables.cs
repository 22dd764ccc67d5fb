using System.Globalization;
using System.Text;
using MicroLake.Abi;
using MicroLake.Hosting.Hooks;
using MicroLake.MLaaS.Guardrails;
using MicroLake.MLaaS.Hooks;
using MicroLake.MLaaS.Models;
using MicroLake.MLaaS.Packages;
using MicroLake.Services.Supervision;

namespace MicroLake.Shell.MLaaS;

/// <summary>What <c>mlaas list</c>, <c>info</c>, <c>hooks</c> and <c>why</c> show.</summary>
internal static class MlaasTables
{
    /// <summary>Inputs that <c>why</c> names.</summary>
    private const int MostWeights = 3;

    public static void List(CommandContext context, ArgumentReader arguments, ModuleHost host)
    {
        bool json = arguments.Flag("--json");
        arguments.End();
        var table = new Table(
            new Column("name", "name"), new Column("version", "version"), new Column("hook", "hook"), new Column("state", "state"),
            new Column("for", "scope"), new Column("signed by", "signer"), new Column("last event", "event"));
        foreach (LoadedModule module in host.All())
            table.Add(
                module.Name, module.Manifest.Version.ToString(), module.Hook.Name, module.State.ToString().ToLowerInvariant(), module.IsAttached ? module.Scope.Text : null,
                module.Signer, module.LastEvent);
        foreach ((ServiceModule module, ServiceUse use) in host.Services())
            table.Add(
                module.Name, module.Manifest.Version.ToString(), (string?)null, use.State.ToString().ToLowerInvariant(), (string?)null, module.Signer,
                use.Generation <= 1 ? $"process {use.Process}" : $"generation {use.Generation}, process {use.Process}");
        table.Write(context, json, "No module is loaded; load one with mlaas load FILE.mlm.");
    }

    public static void Info(CommandContext context, ArgumentReader arguments, ModuleHost host)
    {
        bool json = arguments.Flag("--json");
        LoadedModule module = host.Get(arguments.Required("NAME"));
        arguments.End();
        ModuleManifest manifest = module.Manifest;
        var table = new Table(new Column("part", "name"), new Column("is", "value"));
        table.Add("name", $"{module.Name} {manifest.Version}");
        table.Add("description", manifest.Description.Length == 0 ? null : manifest.Description);
        table.Add("hook", module.Hook.Name);
        table.Add("state", $"{module.State.ToString().ToLowerInvariant()}: {module.LastEvent}");
        if (module.IsAttached)
            table.Add("for", module.Scope.Text);
        table.Add("signed by", module.Signer);
        foreach (ModuleInput input in manifest.Inputs)
            table.Add("input", $"{input.Feature}, {input.Unit}, {input.Least} to {input.Most}");
        table.Add("decision", $"{manifest.Output.Least} to {manifest.Output.Most} {manifest.Output.Unit}");
        table.Add("budget", $"{manifest.BudgetNanoseconds} ns");
        if (module.IsAttached && KernelHooks.Find(module.Hook.Index, module.Scope.Value) is { Asked: > 0 } reading)
            table.Add("took", Latencies(reading));
        foreach (Guardrail guardrail in manifest.Guardrails)
            table.Add("guardrail", string.Create(CultureInfo.InvariantCulture, $"{guardrail.Name}, {guardrail.Most} at most"));
        if (module.Policy is { } policy)
        {
            table.Add(
                "policy",
                $"{policy.Program.Program.Name}: {policy.Program.LongestRun} instructions at most, {policy.CodeBytes} bytes of machine code, {policy.Maps.Count} maps");
            table.Add("sees", policy.Sees);
            table.Add("may call", policy.MayCall);
        }

        if (module.Model is { } model)
        {
            table.Add("float32", $"{model.FloatNanoseconds.ToString("0", CultureInfo.InvariantCulture)} ns");
            if (model.Program is { } whole)
                table.Add(
                    whole.Way,
                    string.Create(CultureInfo.InvariantCulture, $"{whole.Nanoseconds:0} ns, error {whole.Error:0.#####} of the range")
                        + (whole.Bounds() is var (least, most) ? $", from {least} to {most} whatever the features" : ""));
        }

        table.Write(context, json);
    }

    /// <summary>How many decisions took how long, where there are any.</summary>
    private static string Latencies(HookReading reading)
    {
        var text = new StringBuilder();
        int last = reading.Histogram.Length - 1;
        for (int i = 0; i <= last; i++)
            if (reading.Histogram[i] > 0)
                text.Append(CultureInfo.InvariantCulture, $"{(text.Length == 0 ? "" : ", ")}{reading.Histogram[i]} {(i < last ? "below" : "from")} {KernelHooks.BucketNanoseconds(i < last ? i : i - 1):0} ns{(i < last ? "" : " on")}");
        return text.ToString();
    }

    public static void Hooks(CommandContext context, ArgumentReader arguments, ModuleHost host)
    {
        bool json = arguments.Flag("--json");
        arguments.End();
        var table = new Table(
            new Column("hook", "hook"), new Column("module", "module"), new Column("mode", "mode"),
            new Column("by heuristic", "byHeuristic", AlignRight: true), new Column("by modules", "byModules", AlignRight: true),
            new Column("asked", "asked", AlignRight: true), new Column("agreed", "agreed", AlignRight: true),
            new Column("mean ns", "meanNanoseconds", AlignRight: true), new Column("most ns", "mostNanoseconds", AlignRight: true),
            new Column("outcomes", "outcomes", AlignRight: true), new Column("mean outcome", "meanOutcome", AlignRight: true),
            new Column("heuristic's", "heuristicOutcome", AlignRight: true), new Column("for", "scope"));
        List<LoadedModule> modules = host.All();
        foreach (HookDescription hook in HookDescription.All)
        {
            AddHook(table, hook, host.ModuleAt(hook.Index, ModuleScope.Everywhere.Value)?.Name, ModuleScope.Everywhere);
            foreach (LoadedModule module in modules)
                if (module.IsAttached && module.Hook == hook && !module.Scope.IsEverywhere)
                    AddHook(table, hook, module.Name, module.Scope);
        }

        table.Write(context, json);
    }

    private static void AddHook(Table table, HookDescription hook, string? module, ModuleScope scope)
    {
        // A process may have ended meanwhile.
        if (KernelHooks.Find(hook.Index, scope.Value) is not { } reading)
            return;
        table.Add(
            hook.Name, module, reading.Mode.ToString().ToLowerInvariant(), reading.ByHeuristic, reading.ByModule, reading.Asked, reading.Agreed,
            Cell.Number(reading.MeanNanoseconds, "0"), Cell.Number(reading.MostNanoseconds, "0"), reading.Outcomes, Cell.Number(reading.MeanOutcome, "0"),
            reading.MeanBaseline > 0 ? Cell.Number(reading.MeanBaseline, "0") : (string?)null, scope.Text);
    }

    public static void Why(CommandContext context, ArgumentReader arguments, ModuleHost host)
    {
        bool json = arguments.Flag("--json");
        using ModuleScope? named = ModuleScope.Of(arguments);
        uint scope = (named ?? ModuleScope.Everywhere).Value;
        HookDescription hook = MlaasCommand.Hook(arguments);
        arguments.End();
        var columns = new Column[7 + hook.Features.Count];
        columns[0] = new("decision", "number", AlignRight: true);
        columns[1] = new("version", "version");
        columns[2] = new("heuristic", "heuristic", AlignRight: true);
        columns[3] = new("module", "module", AlignRight: true);
        columns[4] = new("chosen", "chosen", AlignRight: true);
        columns[5] = new("ns", "nanoseconds", AlignRight: true);
        columns[6] = new("weighed most", "weighed");
        for (int i = 0; i < hook.Features.Count; i++)
            columns[7 + i] = new(hook.Features[i].Name, hook.Features[i].Name, AlignRight: true);
        var table = new Table(columns);
        List<HookRecord> records = KernelHooks.Decisions(hook.Index, scope);
        long[][] recorded = new long[records.Count][];
        for (int i = 0; i < recorded.Length; i++)
            recorded[i] = records[i].Features;
        LoadedModule? module = host.LastAt(hook.Index, scope, recorded, out PolicyReasons? reasons);
        using PolicyReasons? held = reasons;
        InputWeights? weights = module is { Policy: null, Model: { } model } ? new InputWeights(model) : null;
        int explained = 0;
        foreach (HookRecord record in records)
        {
            var cells = new Cell[columns.Length];
            cells[0] = record.Number;
            cells[1] = ModuleVersion.Of(record.Version).ToString();
            cells[2] = record.Heuristic;
            cells[3] = record.Module == HookAttachment.Outside ? null : record.Module;
            cells[4] = record.Chosen;
            cells[5] = record.Nanoseconds;
            if (record.Version != module?.Manifest.Version.Number)
                cells[6] = null;
            else if (reasons is null)
                cells[6] = Heaviest(weights, record.Features);
            else
                cells[6] = explained++ < reasons.MostDecisions ? reasons.TextOf(record.Features, record.Module, record.Time, record.Processor) : null;
            for (int i = 0; i < hook.Features.Count; i++)
                cells[7 + i] = record.Features[i];
            table.Add(cells);
        }

        table.Write(context, json, $"No module has been asked at {hook.Name}.");
    }

    /// <summary>The inputs that weighed most in a decision, and by how much the decision would have differed with their means.</summary>
    private static string? Heaviest(InputWeights? weights, long[] features)
    {
        if (weights is null)
            return null;
        var text = new StringBuilder();
        List<(string Feature, float Weight)> all = weights.Of(features);
        for (int i = 0; i < Math.Min(MostWeights, all.Count); i++)
            text.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "" : ", ")}{all[i].Feature} {all[i].Weight:+0;-0;0}");
        return text.ToString();
    }
}
