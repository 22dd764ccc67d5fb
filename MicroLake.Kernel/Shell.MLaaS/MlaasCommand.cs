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
        info      shows what a module is, and how many of its decisions took how long
        hooks     shows what may be decided, by whom, how often and how fast
        why       shows the last decisions that a module was asked for, and what weighed most in them. Of a model: by how much an input made its
                  output differ from what the input's mean would have. Of a policy: what it would have decided had an input been typical of the
                  decisions shown (their median; where that is what it was, the one farthest from it; 0 of what never differed); where
                  its own state takes part, what it decides with that now. At mm.reclaim and io.submit a decision is the number of a candidate
        save      checks a module and copies it to /data/models, where it outlives the boot; saved lists what is there, delete deletes
        --process, --tenant  for whose decisions: everybody's if not said, then where the module is; a tenant is a group of programs (run --tenant, or
                  a service's manifest). A process's own module comes before its tenant's, and that before everybody's; what is not active lets
                  the next one's decision count. A module for a process is off when the process ends.
                  At mm.prefetch and io.submit a process is whose files are read, at ml.place whose batch runs (ml.compute); mm.reclaim and
                  sched.balance decide for all at once.
        A guardrail that trips takes a module off its hook at once; list says why.
        """)]
internal sealed class MlaasCommand : ICommand
{
    private const string StoreFolder = "/data/models";

    private static readonly string[] s_actions = ["activate", "canary", "delete", "fallback", "hooks", "info", "list", "load", "save", "saved", "shadow", "unload", "why"];

    private static readonly ModuleStore s_store = new(StoreFolder);

    public void Run(CommandContext context, ArgumentReader arguments)
    {
        ShellServices services = context.Shell.Services;
        ModuleHost host = services.GetOrAdd(() => new ModuleHost(services.Get<Supervisor>()));
        _ = services.GetOrAdd<IScopedHooks>(() => host);
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
                MlaasTables.List(context, arguments, host);
                break;
            case "info":
                MlaasTables.Info(context, arguments, host);
                break;
            case "hooks":
                MlaasTables.Hooks(context, arguments, host);
                break;
            case "why":
                MlaasTables.Why(context, arguments, host);
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
            + (module.Model is { } model ? (model.GoldenRows > 0 ? $"{model.GoldenRows} golden vectors match, " : "no golden vectors, ") : "")
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

    /// <summary>The hook that is named next.</summary>
    public static HookDescription Hook(ArgumentReader arguments)
    {
        string name = arguments.Required("HOOK");
        return HookDescription.Find(name) ?? throw new CommandException($"mlaas: there is no hook '{Printable.Shorten(name)}'", "see mlaas hooks");
    }
}
