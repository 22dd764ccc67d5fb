using MicroLake.Abi;
using MicroLake.Hosting;
using MicroLake.Hosting.Hooks;
using MicroLake.MLaaS.Models;
using MicroLake.MLaaS.Packages;
using MicroLake.Policies;
using MicroLake.Services.Supervision;

namespace MicroLake.Shell.MLaaS;

/// <summary>The modules in the kernel, and their life. Safe for use by several threads.</summary>
internal sealed class ModuleHost(Supervisor supervisor) : IScopedHooks
{
    private const string KeyFolder = "/boot/keys";
    private const int WatchMilliseconds = 50;

    private readonly PolicyEnvironment _policies = KernelPolicies.Environment();
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, LoadedModule> _modules = new(StringComparer.Ordinal);
    private readonly ServiceModules _services = new(supervisor);
    private uint _lastNumber;
    private bool _isWatching;

    public List<LoadedModule> All()
    {
        lock (_gate)
        {
            Look();
            return new List<LoadedModule>(_modules.Values);
        }
    }

    /// <exception cref="CommandException">There is no module of that name.</exception>
    public LoadedModule Get(string name)
    {
        lock (_gate)
        {
            Look();
            return Find(name);
        }
    }

    public IReadOnlyList<HookInformation> Scoped()
    {
        var hooks = new List<HookInformation>();
        foreach (LoadedModule module in All())
            // A process may have ended meanwhile.
            if (module.IsAttached && !module.Scope.IsEverywhere && KernelHooks.Find(module.Hook.Index, module.Scope.Value) is { } reading)
                hooks.Add(new()
                {
                    Name = module.Hook.Name,
                    Scope = module.Scope.Text,
                    Mode = reading.Mode.ToString().ToLowerInvariant(),
                    ByModel = reading.ByModule,
                    ByHeuristic = reading.ByHeuristic,
                });
        return hooks;
    }

    /// <summary>The modules that are services, with what their supervisor knows.</summary>
    public List<(ServiceModule Module, ServiceUse Use)> Services()
    {
        return _services.All().ConvertAll(module => (module, _services.UseOf(module)));
    }

    /// <summary>Takes a module's file apart.</summary>
    /// <exception cref="CommandException">It is not signed, and that is not allowed.</exception>
    /// <exception cref="ModuleException">It is refused.</exception>
    public static ModuleFile Open(byte[] file, bool allowUnsigned)
    {
        ModuleFile module = ModuleFile.Read(file, ModuleKey.ReadAll(KeyFolder));
        if (module.Signer is null && !allowUnsigned)
            throw new CommandException($"{module.Manifest.Name} is not signed", "sign it with module pack --key, or use --allow-unsigned");
        return module;
    }

    /// <summary>Checks a module as far as that goes without running it.</summary>
    /// <exception cref="ModuleException">It is refused.</exception>
    public void Check(ModuleFile module)
    {
        if (module.IsService)
            _ = ServiceModules.Check(module);
        else
            ModuleDecision.Load(module, _policies).Dispose();
    }

    /// <summary>Starts a module that is a service; a newer version takes the place of an older one.</summary>
    /// <exception cref="CommandException">It is loaded already, or another module has its name.</exception>
    /// <exception cref="ModuleException">It is refused.</exception>
    public (ServiceModule Module, ServiceUse Use) LoadService(ModuleFile module)
    {
        lock (_gate)
            if (_modules.ContainsKey(module.Manifest.Name))
                throw NameTaken(module.Manifest.Name);
        // Not under the lock: until a service is ready, guardrails are watched on.
        ServiceModule loaded = _services.Load(module);
        return (loaded, _services.UseOf(loaded));
    }

    /// <summary>Checks a module and keeps it; a newer version takes the place of an older one, at its hook, too.</summary>
    /// <exception cref="CommandException">It is loaded already, or another module has its name.</exception>
    /// <exception cref="ModuleException">It is refused.</exception>
    public LoadedModule Load(ModuleFile module)
    {
        ModuleDecision decision = ModuleDecision.Load(module, _policies);
        try
        {
            lock (_gate)
            {
                Look();
                if (_services.Find(decision.Manifest.Name) is not null)
                    throw NameTaken(decision.Manifest.Name);
                var loaded = new LoadedModule(decision, ++_lastNumber);
                if (_modules.TryGetValue(loaded.Name, out LoadedModule? old))
                    Replace(old, loaded);
                _modules[loaded.Name] = loaded;
                old?.Dispose();
                return loaded;
            }
        }
        catch
        {
            decision.Dispose();
            throw;
        }
    }

    /// <summary>Moves a module on in its life.</summary>
    /// <param name="scope">For whose decisions from now on; null: as before, at first everybody's.</param>
    public void Move(string name, ModuleState state, ModuleScope? scope)
    {
        lock (_gate)
        {
            Look();
            LoadedModule module = Find(name);
            Move(module, state, scope ?? module.Scope);
            module.State = state;
            module.LastEvent = state.ToString().ToLowerInvariant();
            Watch();
        }
    }

    /// <summary>The heuristic decides again. False: no module was there.</summary>
    /// <param name="scope">For whom; null: for all that modules decide for.</param>
    public bool Fallback(int hook, ModuleScope? scope)
    {
        lock (_gate)
        {
            Look();
            bool any = false;
            foreach (LoadedModule module in _modules.Values)
            {
                if (!module.IsAttached || module.Hook.Index != hook || (scope is not null && module.Scope.Value != scope.Value))
                    continue;
                TakeOff(module, ModuleState.Loaded, "fallback");
                any = true;
            }

            return any;
        }
    }

    /// <summary>Takes a module off its hook, or ends its service, and forgets it.</summary>
    public void Unload(string name)
    {
        if (_services.Find(name) is { } service)
        {
            _services.Unload(service);
            return;
        }

        lock (_gate)
        {
            Look();
            LoadedModule module = Find(name);
            if (module.IsAttached)
                module.Detach();
            _modules.Remove(name);
            module.Dispose();
        }
    }

    /// <summary>The module that decides at a hook for a scope, or null.</summary>
    public LoadedModule? ModuleAt(int hook, uint scope)
    {
        lock (_gate)
        {
            Look();
            return At(hook, scope);
        }
    }

    /// <summary>The module that was asked at a hook for a scope last, be it there or thrown out; null: it is not loaded any more.</summary>
    /// <param name="recorded">Features of its decisions.</param>
    /// <param name="reasons">What explains them, if it decides by a policy; the caller disposes of it.</param>
    /// <exception cref="CommandException">There is no memory for copies of its maps.</exception>
    public LoadedModule? LastAt(int hook, uint scope, long[][] recorded, out PolicyReasons? reasons)
    {
        reasons = null;
        lock (_gate)
        {
            uint number = KernelHooks.Find(hook, scope)?.Module ?? 0;
            foreach (LoadedModule module in _modules.Values)
            {
                if (module.Number != number)
                    continue;
                try
                {
                    // Under the lock: the maps go when the module is unloaded.
                    reasons = module.Policy is null ? null : new PolicyReasons(module.Decision, recorded);
                    return module;
                }
                catch (OutOfMemoryException)
                {
                    throw new CommandException($"mlaas: there is no memory for copies of the maps of {module.Name}", "see mem");
                }
            }

            return null;
        }
    }

    /// <exception cref="CommandException">It is not.</exception>
    public static void RequireNewer(ModuleManifest old, ModuleManifest loaded)
    {
        int before = old.Version.Number, after = loaded.Version.Number;
        if (after == before)
            throw new CommandException($"{old.Name} {old.Version} is loaded already", "unload it first, or give the new one a greater version");
        if (after < before)
            throw new CommandException($"{old.Name} {old.Version} is loaded, which is newer than {loaded.Version}", "unload it first");
    }

    private static CommandException NameTaken(string name) => new($"a module {name} of another kind is loaded", "unload it first");

    private static void Replace(LoadedModule old, LoadedModule loaded)
    {
        RequireNewer(old.Manifest, loaded.Manifest);
        if (!old.IsAttached)
            return;
        if (old.Hook != loaded.Hook)
            throw new CommandException($"{old.Name} is at {old.Hook.Name}, and the new version is for {loaded.Hook.Name}", "unload the old one first");
        loaded.Replace(old, ModeOf(old.State));
        loaded.LastEvent = $"replaced version {old.Manifest.Version}";
    }

    private static HookMode ModeOf(ModuleState state) => state switch
    {
        ModuleState.Canary => HookMode.Canary,
        ModuleState.Active => HookMode.Active,
        _ => HookMode.Shadow,
    };

    private LoadedModule Find(string name) => _modules.TryGetValue(name, out LoadedModule? module)
        ? module
        : _services.Find(name) is not null ? throw new CommandException($"{name} is a service, which decides nothing", "see mlaas list and service list")
        : throw new CommandException($"there is no module '{Printable.Shorten(name)}'", _modules.Count == 0 ? "load one with mlaas load FILE.mlm" : "see mlaas list");

    private LoadedModule? At(int hook, uint scope)
    {
        foreach (LoadedModule module in _modules.Values)
            if (module.IsAttached && module.Hook.Index == hook && module.Scope.Value == scope)
                return module;
        return null;
    }

    private void Move(LoadedModule module, ModuleState state, ModuleScope scope)
    {
        if (!scope.IsEverywhere && module.Hook.WhyGlobal is { } reason)
            throw new CommandException($"mlaas: {module.Hook.Name} decides for no process, but for the whole system: {reason}", "leave --process and --tenant out");
        if (!module.IsAttached && state != ModuleState.Shadow)
            throw new CommandException($"{module.Name} has not decided beside the heuristic yet", $"use mlaas shadow {module.Name} first");
        HookMode mode = ModeOf(state);
        if (!module.IsAttached || module.Scope.Value != scope.Value)
        {
            if (At(module.Hook.Index, scope.Value) is { } other)
                throw new CommandException($"{module.Hook.Name} has the module {other.Name}", $"use mlaas fallback {module.Hook.Name} first");
            // What the heuristic did elsewhere is no measure here.
            module.Baseline = 0;
            module.Attach(mode, scope);
            return;
        }

        // Where the heuristic is followed beside, its outcomes at the same time are known.
        if (module.State == ModuleState.Shadow && KernelHooks.Find(module.Hook.Index, scope.Value) is { MeanBaseline: 0 } before
            && module.Limits.BaselineOf(before.MeanOutcome, before.Outcomes) is > 0 and var baseline)
            module.Baseline = baseline;
        if (!KernelHooks.SetMode(module.Hook.Index, mode, state == ModuleState.Shadow ? 0 : module.Baseline, scope.Value))
        {
            Look();
            throw new CommandException($"{module.Name} is off its hook: {module.LastEvent}", "see mlaas info");
        }
    }

    private static void TakeOff(LoadedModule module, ModuleState state, string reason)
    {
        module.Detach();
        module.State = state;
        module.LastEvent = reason;
    }

    /// <summary>Finds out what the nucleus took off, and judges what takes more than a counter.</summary>
    private void Look()
    {
        foreach (LoadedModule module in _modules.Values)
        {
            if (!module.IsAttached)
                continue;
            if (KernelHooks.Find(module.Hook.Index, module.Scope.Value) is not { } reading)
            {
                TakeOff(module, ModuleState.Loaded, $"{module.Scope.Text} has ended");
                continue;
            }

            string? reason = Judge(module, reading);
            if (reason is null)
                continue;
            KernelTrace.Mark($"{module.Name}: guardrail");
            if (!module.Manifest.ReenterShadow || module.State == ModuleState.Shadow || !TryReenter(module))
                TakeOff(module, ModuleState.Tripped, reason);
            module.LastEvent = reason;
        }
    }

    /// <summary>A module that is off its hook becomes the heuristic's shadow. False: there is no memory for it, or the process has ended.</summary>
    private static bool TryReenter(LoadedModule module)
    {
        try
        {
            module.Attach(HookMode.Shadow, module.Scope);
            module.State = ModuleState.Shadow;
            return true;
        }
        catch (KernelException)
        {
            return false;
        }
    }

    private static string? Judge(LoadedModule module, HookReading reading) => reading.Trip switch
    {
        HookTrip.OverBudget => $"guardrail over_budget: {reading.OverBudget} of {reading.Asked} decisions took longer than {module.Manifest.BudgetNanoseconds} ns",
        HookTrip.InputsOutOfRange => $"guardrail inputs_out_of_range: {reading.InputsOutOfRange} of {reading.Asked} decisions were from inputs unlike those in training",
        HookTrip.OutputsOutOfRange => $"guardrail outputs_out_of_range: {reading.OutputsOutOfRange} of {reading.Asked} decisions were not from {module.Manifest.Output.Least} to {module.Manifest.Output.Most}",
        HookTrip.Starvation => $"guardrail starvation_ns: the worst outcome was {reading.WorstOutcome} ns, and {module.Limits.MostOutcome} is the most",
        HookTrip.Worse => $"guardrail worse_than_heuristic: of late the mean outcome was {reading.RecentOutcome:0}, the heuristic's {(module.Baseline > 0 ? "was" : "would have been")} {reading.RecentBaseline:0}",
        _ => null,
    };

    private void Watch()
    {
        if (_isWatching)
            return;
        _isWatching = true;
        new Thread(WatchLoop) { IsBackground = true, Name = "guardrails" }.Start();
    }

    private void WatchLoop()
    {
        bool any = true;
        while (any)
        {
            Thread.Sleep(WatchMilliseconds);
            lock (_gate)
            {
                Look();
                any = false;
                foreach (LoadedModule module in _modules.Values)
                    any |= module.IsAttached;
                _isWatching = any;
            }
        }
    }
}
