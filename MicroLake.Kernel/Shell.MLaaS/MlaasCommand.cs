using System.Globalization;
using MicroLake.Hosting;
using MicroLake.Hosting.Hooks;
using MicroLake.MLaaS.Hooks;
using MicroLake.MLaaS.Packages;

namespace MicroLake.Shell.MLaaS;

[Command("mlaas", "Modules that take over decisions of the kernel",
    Usage = """
        load FILE.mlm [--allow-unsigned]
        shadow NAME
        canary NAME
        activate NAME
        fallback HOOK
        unload NAME
        list [--json]
        info NAME [--json]
        hooks [--json]
        why HOOK [--json]
        """,
    Details = """
        load      checks a module and keeps it; a newer version takes the place of an older one
        shadow    lets it decide beside the heuristic, whose decisions count
        canary    lets a share of its decisions count
        activate  lets its decisions count
        fallback  takes the module off a hook: the heuristic decides
        unload    takes a module off its hook and forgets it
        hooks     shows what may be decided, by whom, how often and how fast
        why       shows the last decisions that a module was asked for
        A guardrail that trips takes a module off its hook at once; list says why.
        """)]
internal sealed class MlaasCommand : ICommand
{
    private static readonly string[] s_actions = ["activate", "canary", "fallback", "hooks", "info", "list", "load", "shadow", "unload", "why"];

    public void Run(CommandContext context, ArgumentReader arguments)
    {
        ModuleHost host = context.Shell.Services.GetOrAdd(() => new ModuleHost());
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
        if (request.Words[0] == "load")
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
                HookDescription hook = Hook(arguments);
                arguments.End();
                if (!host.Fallback(hook.Index))
                    throw new CommandException($"mlaas: {hook.Name} has no module", "the heuristic decides already");
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
                Why(context, arguments);
                break;
            default:
                throw arguments.Error($"'{Printable.Shorten(action)}' is none of {string.Join(", ", s_actions)}");
        }
    }

    private static void Load(CommandContext context, ArgumentReader arguments, ModuleHost host)
    {
        bool allowUnsigned = arguments.Flag("--allow-unsigned");
        string path = arguments.Required("FILE.mlm");
        arguments.End();
        if (!File.Exists(path))
            throw new CommandException($"mlaas: there is no file '{Printable.Shorten(path)}'", "see ls for what is there");
        LoadedModule module = host.Load(File.ReadAllBytes(path), allowUnsigned);
        context.Shell.Services.Find<ITracing>()?.Load(module.Name);
        context.Output.WriteLine(
            $"{module.Name} {module.Manifest.Version} for {module.Model.Hook.Name}: {module.Model.GoldenRows} golden vectors match, "
            + $"{(module.Signer is { } signer ? $"signed by {signer}" : "not signed")}");
        foreach (string warning in module.Model.Warnings)
            context.Output.WriteLine($"warning: {warning}");
    }

    private static void Move(ArgumentReader arguments, ModuleHost host, ModuleState state)
    {
        string name = arguments.Required("NAME");
        arguments.End();
        host.Move(name, state);
    }

    private static void List(CommandContext context, ArgumentReader arguments, ModuleHost host)
    {
        bool json = arguments.Flag("--json");
        arguments.End();
        var table = new Table(
            new Column("name", "name"), new Column("version", "version"), new Column("hook", "hook"), new Column("state", "state"),
            new Column("signed by", "signer"), new Column("last event", "event"));
        foreach (LoadedModule module in host.All())
            table.Add(
                module.Name, module.Manifest.Version.ToString(), module.Model.Hook.Name, module.State.ToString().ToLowerInvariant(), module.Signer,
                module.LastEvent);
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
        table.Add("hook", module.Model.Hook.Name);
        table.Add("state", $"{module.State.ToString().ToLowerInvariant()}: {module.LastEvent}");
        foreach (ModuleInput input in manifest.Inputs)
            table.Add("input", $"{input.Feature}, {input.Unit}, {input.Least} to {input.Most}");
        table.Add("decision", $"{manifest.Output.Least} to {manifest.Output.Most} {manifest.Output.Unit}");
        table.Add("budget", $"{manifest.BudgetNanoseconds} ns");
        table.Add("float32", $"{module.Model.FloatNanoseconds.ToString("0", CultureInfo.InvariantCulture)} ns");
        if (module.Model.Fixed is { } whole)
            table.Add(whole.Way, string.Create(CultureInfo.InvariantCulture, $"{whole.Nanoseconds:0} ns, error {whole.Error:0.#####} of the range"));
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
            new Column("outcomes", "outcomes", AlignRight: true), new Column("mean outcome", "meanOutcome", AlignRight: true));
        foreach (HookDescription hook in HookDescription.All)
        {
            string? module = host.ModuleAt(hook.Index)?.Name;
            HookReading reading = KernelHooks.Read(hook.Index);
            table.Add(
                hook.Name, module, reading.Mode.ToString().ToLowerInvariant(), reading.ByHeuristic, reading.ByModule, reading.Asked, reading.Agreed,
                Cell.Number(reading.MeanNanoseconds, "0"), Cell.Number(reading.MostNanoseconds, "0"), reading.Outcomes, Cell.Number(reading.MeanOutcome, "0"));
        }

        table.Write(context, json);
    }

    private static void Why(CommandContext context, ArgumentReader arguments)
    {
        bool json = arguments.Flag("--json");
        HookDescription hook = Hook(arguments);
        arguments.End();
        var columns = new Column[6 + hook.Features.Count];
        columns[0] = new("decision", "number", AlignRight: true);
        columns[1] = new("version", "version");
        columns[2] = new("heuristic", "heuristic", AlignRight: true);
        columns[3] = new("module", "module", AlignRight: true);
        columns[4] = new("chosen", "chosen", AlignRight: true);
        columns[5] = new("ns", "nanoseconds", AlignRight: true);
        for (int i = 0; i < hook.Features.Count; i++)
            columns[6 + i] = new(hook.Features[i].Name, hook.Features[i].Name, AlignRight: true);
        var table = new Table(columns);
        foreach (HookRecord record in KernelHooks.Decisions(hook.Index))
        {
            var cells = new Cell[columns.Length];
            cells[0] = record.Number;
            cells[1] = ModuleVersion.Of(record.Version).ToString();
            cells[2] = record.Heuristic;
            cells[3] = record.Module;
            cells[4] = record.Chosen;
            cells[5] = record.Nanoseconds;
            for (int i = 0; i < hook.Features.Count; i++)
                cells[6 + i] = record.Features[i];
            table.Add(cells);
        }

        table.Write(context, json, $"No module has been asked at {hook.Name}.");
    }

    private static HookDescription Hook(ArgumentReader arguments)
    {
        string name = arguments.Required("HOOK");
        return HookDescription.Find(name) ?? throw new CommandException($"mlaas: there is no hook '{Printable.Shorten(name)}'", "see mlaas hooks");
    }
}
