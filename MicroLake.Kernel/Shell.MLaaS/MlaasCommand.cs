using System.Globalization;
using System.Text;
using MicroLake.Hosting;
using MicroLake.Hosting.Hooks;
using MicroLake.MLaaS.Hooks;
using MicroLake.MLaaS.Models;
using MicroLake.MLaaS.Packages;
using MicroLake.Services.Supervision;

namespace MicroLake.Shell.MLaaS;

[Command("mlaas", "Modules that take over decisions of the kernel",
    Usage = """
        load FILE.mlm|NAME [--allow-unsigned]
        shadow NAME [--process PID|NAME | --tenant NAME]
        canary NAME [--process PID|NAME | --tenant NAME]
        activate NAME [--process PID|NAME | --tenant NAME]
        fallback HOOK [--process PID|NAME | --tenant NAME]
        unload NAME
        list [--json]
        info NAME [--json]
        hooks [--json]
        why HOOK [--process PID|NAME | --tenant NAME] [--json]
        save FILE.mlm [--allow-unsigned]
        saved [--json]
        delete NAME [VERSION]
        """,
    Details = """
        load      checks a module and keeps it; a newer version takes the place of an older one; a NAME is the newest saved version;
                  a service runs from then on, in a process of its own, and a newer version keeps its clients
        shadow    lets it decide beside the heuristic, whose decisions count
        canary    lets a share of its decisions count
        activate  lets its decisions count
        fallback  takes the modules off a hook, or the one of a process or tenant: the heuristic decides
        unload    takes a module off its hook, or ends its service, and forgets it
        hooks     shows what may be decided, by whom, how often and how fast
        why       shows the last decisions that a module was asked for, and what weighed most in them: by how much an input made the model's
                  output differ from what its mean would have; at mm.reclaim a decision is the number of a page among those shown
        save      checks a module and copies it to /data/models, where it outlives the boot; saved lists what is there, delete deletes
        --process, --tenant  for whose decisions: everybody's if not said, then where the module is; a tenant is a group of programs (run --tenant, or
                  a service's manifest). A process's own module comes before its tenant's, and that before everybody's; what is not active lets
                  the next one's decision count. A module for a process is off when the process ends.
        A guardrail that trips takes a module off its hook at once; list says why.
        """)]
internal sealed class MlaasCommand : ICommand
{
    private const string StoreFolder = "/data/models";

    /// <summary>Inputs that <c>why</c> names.</summary>
    private const int MostWeights = 3;

    private static readonly string[] s_actions = ["activate", "canary", "delete", "fallback", "hooks", "info", "list", "load", "save", "saved", "shadow", "unload", "why"];

    private static readonly ModuleStore s_store = new(StoreFolder);

    public void Run(CommandContext context, ArgumentReader arguments)
    {
        ModuleHost host = context.Shell.Services.GetOrAdd(() => new ModuleHost(context.Shell.Services.Get<Supervisor>()));
        string action = arguments.Required($"one of {string.Join(", ", s_actions)}");
        try
        {
            Run(context, arguments, host, action);
        }
        catch (Exception error) when (error is ModuleException or KernelException)
        {
            throw new CommandException($"mlaas: {error.Message}", "");
        }
    }

    public IEnumerable<string> Complete(CompletionRequest request)
    {
        if (request.Words.Count == 0)
            return s_actions;
        if (request.Words[0] is "load" or "save")
            return PathCompletion.Complete(request.Partial);
        var names = new List<string>();
        if (request.Words[0] is "fallback" or "why")
            foreach (HookDescription hook in HookDescription.All)
                names.Add(hook.Name);
        else if (request.Shell.Services.Find<ModuleHost>() is { } host)
            foreach (LoadedModule module in host.All())
                names.Add(module.Name);
        return names;
    }

    private static void Run(CommandContext context, ArgumentReader arguments, ModuleHost host, string action)
    {
        switch (action)
        {
            case "load":
                Load(context, arguments, host);
                break;
            case "save":
                Save(context, arguments, host);
                break;
            case "saved":
                Saved(context, arguments);
                break;
            case "delete":
                Delete(context, arguments);
                break;
            case "shadow":
                Move(arguments, host, ModuleState.Shadow);
                break;
            case "canary":
                Move(arguments, host, ModuleState.Canary);
                break;
            case "activate":
                Move(arguments, host, ModuleState.Active);
                break;
            case "fallback":
                Fallback(arguments, host);
                break;
            case "unload":
                string name = arguments.Required("NAME");
                arguments.End();
                host.Unload(name);
                break;
            case "list":
                List(context, arguments, host);
                break;
            case "info":
                Info(context, arguments, host);
                break;
            case "hooks":
                Hooks(context, arguments, host);
                break;
            case "why":
                Why(context, arguments, host);
                break;
            default:
                throw arguments.Error($"'{Printable.Shorten(action)}' is none of {string.Join(", ", s_actions)}");
        }
    }

    private static void Load(CommandContext context, ArgumentReader arguments, ModuleHost host)
    {
        bool allowUnsigned = arguments.Flag("--allow-unsigned");
        string path = arguments.Required("FILE.mlm or NAME");
        arguments.End();
        if (!File.Exists(path) && s_store.Newest(path) is { } saved)
            path = saved.Path;
        ModuleFile file = ModuleHost.Open(Read(path), allowUnsigned);
        context.Shell.Services.Find<ITracing>()?.Load(file.Manifest.Name);
        if (file.IsService)
        {
            (ServiceModule service, ServiceUse use) = host.LoadService(file);
            context.Output.WriteLine($"{service.Name} {service.Manifest.Version}: service, generation {use.Generation}, process {use.Process}, {SignedBy(service.Signer)}");
            return;
        }

        LoadedModule module = host.Load(file);
        context.Output.WriteLine(
            $"{module.Name} {module.Manifest.Version} for {module.Hook.Name}: "
            + (module.Policy is { } policy ? $"policy verified, {policy.Program.LongestRun} instructions at most, " : "")
            + (module.Model is { } model ? $"{model.GoldenRows} golden vectors match, " : "")
            + SignedBy(module.Signer));
        foreach (string warning in module.Model?.Warnings ?? [])
            context.Output.WriteLine($"warning: {warning}");
    }

    private static void Save(CommandContext context, ArgumentReader arguments, ModuleHost host)
    {
        bool allowUnsigned = arguments.Flag("--allow-unsigned");
        byte[] file = Read(arguments.Required("FILE.mlm"));
        arguments.End();
        ModuleFile module = ModuleHost.Open(file, allowUnsigned);
        host.Check(module);
        context.Output.WriteLine(s_store.Save(module.Manifest, file));
    }

    private static string SignedBy(string? signer) => signer is null ? "not signed" : $"signed by {signer}";

    private static void Saved(CommandContext context, ArgumentReader arguments)
    {
        bool json = arguments.Flag("--json");
        arguments.End();
        var table = new Table(new Column("name", "name"), new Column("version", "version"), new Column("size", "size", AlignRight: true));
        foreach (StoredModule module in s_store.All())
            table.Add(module.Name, module.Version.ToString(), Cell.Bytes(module.Bytes));
        table.Write(context, json, "No module is saved; save one with mlaas save FILE.mlm.");
    }

    private static void Delete(CommandContext context, ArgumentReader arguments)
    {
        string name = arguments.Required("NAME");
        string? text = arguments.Optional();
        arguments.End();
        ModuleVersion version = default;
        if (text is not null && !ModuleVersion.TryParse(text, out version))
            throw arguments.Error($"'{Printable.Shorten(text)}' is no version, such as 1.0.0");
        int count = s_store.Delete(name, text is null ? null : version);
        if (count == 0)
            throw new CommandException($"mlaas: no such version of '{Printable.Shorten(name)}' is saved", "see mlaas saved");
        context.Output.WriteLine(count == 1 ? "1 version deleted" : $"{count} versions deleted");
    }

    private static byte[] Read(string path) => File.Exists(path)
        ? File.ReadAllBytes(path)
        : throw new CommandException($"mlaas: there is no file '{Printable.Shorten(path)}'", "see ls and mlaas saved for what is there");

    private static void Move(ArgumentReader arguments, ModuleHost host, ModuleState state)
    {
        using ModuleScope? scope = ModuleScope.Of(arguments);
        string name = arguments.Required("NAME");
        arguments.End();
        host.Move(name, state, scope);
    }

    private static void Fallback(ArgumentReader arguments, ModuleHost host)
    {
        using ModuleScope? scope = ModuleScope.Of(arguments);
        HookDescription hook = Hook(arguments);
        arguments.End();
        if (!host.Fallback(hook.Index, scope))
            throw new CommandException($"mlaas: {hook.Name} has no module{(scope is null ? "" : " there")}", "the heuristic decides already");
    }

    private static void List(CommandContext context, ArgumentReader arguments, ModuleHost host)
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

    private static void Info(CommandContext context, ArgumentReader arguments, ModuleHost host)
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
        foreach (ModuleInput input in manifest.Inputs)
            table.Add("input", $"{input.Feature}, {input.Unit}, {input.Least} to {input.Most}");
        table.Add("decision", $"{manifest.Output.Least} to {manifest.Output.Most} {manifest.Output.Unit}");
        table.Add("budget", $"{manifest.BudgetNanoseconds} ns");
        if (module.Policy is { } policy)
            table.Add(
                "policy",
                $"{policy.Program.Program.Name}: {policy.Program.LongestRun} instructions at most, {policy.CodeBytes} bytes of machine code, {policy.Maps.Count} maps");
        if (module.Model is { } model)
        {
            table.Add("float32", $"{model.FloatNanoseconds.ToString("0", CultureInfo.InvariantCulture)} ns");
            if (model.Program is { } whole)
                table.Add(whole.Way, string.Create(CultureInfo.InvariantCulture, $"{whole.Nanoseconds:0} ns, error {whole.Error:0.#####} of the range"));
        }

        table.Write(context, json);
    }

    private static void Hooks(CommandContext context, ArgumentReader arguments, ModuleHost host)
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

    private static void Why(CommandContext context, ArgumentReader arguments, ModuleHost host)
    {
        bool json = arguments.Flag("--json");
        using ModuleScope? named = ModuleScope.Of(arguments);
        uint scope = (named ?? ModuleScope.Everywhere).Value;
        HookDescription hook = Hook(arguments);
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
        LoadedModule? module = host.ModuleAt(hook.Index, scope);
        InputWeights? weights = module is { Policy: null, Model: { } model } ? new InputWeights(model) : null;
        foreach (HookRecord record in KernelHooks.Decisions(hook.Index, scope))
        {
            var cells = new Cell[columns.Length];
            cells[0] = record.Number;
            cells[1] = ModuleVersion.Of(record.Version).ToString();
            cells[2] = record.Heuristic;
            cells[3] = record.Module;
            cells[4] = record.Chosen;
            cells[5] = record.Nanoseconds;
            cells[6] = record.Version == module?.Manifest.Version.Number ? Heaviest(weights, record.Features) : null;
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

    private static HookDescription Hook(ArgumentReader arguments)
    {
        string name = arguments.Required("HOOK");
        return HookDescription.Find(name) ?? throw new CommandException($"mlaas: there is no hook '{Printable.Shorten(name)}'", "see mlaas hooks");
    }
}
