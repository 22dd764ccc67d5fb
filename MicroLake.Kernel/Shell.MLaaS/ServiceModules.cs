using MicroLake.MLaaS.Packages;
using MicroLake.Services.Programs;
using MicroLake.Services.Supervision;

namespace MicroLake.Shell.MLaaS;

/// <summary>
/// The modules that are services: programs in ring 3 that run from load to unload under the supervisor, which restarts them and tells their callers.
/// Safe for use by several threads; who only looks does not wait for one that starts a service.
/// </summary>
internal sealed class ServiceModules(Supervisor supervisor)
{
    private readonly Lock _changes = new();
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, ServiceModule> _modules = new(StringComparer.Ordinal);

    public List<ServiceModule> All()
    {
        lock (_gate)
            return new(_modules.Values);
    }

    public ServiceModule? Find(string name)
    {
        lock (_gate)
            return _modules.GetValueOrDefault(name);
    }

    /// <summary>What the supervisor knows of it.</summary>
    public ServiceUse UseOf(ServiceModule module)
    {
        foreach (ServiceUse use in supervisor.All())
            if (use.Name == module.Name)
                return use;
        return new ServiceUse(module.Name, ServiceState.Stopped, 0, 0, 0, "stopped");
    }

    /// <summary>Checks a module's service without starting it.</summary>
    /// <exception cref="ModuleException">It is refused.</exception>
    public static PackedService Check(ModuleFile file)
    {
        try
        {
            return PackedService.Read(file.Manifest.Name, ModulePart.Service, file.Part(ModulePart.ServiceManifest), file.Part(ModulePart.Service));
        }
        catch (Exception error) when (error is ManifestException or ElfFormatException)
        {
            throw new ModuleException($"{file.Manifest.Name}: {error.Message}", error);
        }
    }

    /// <summary>Starts the service; a newer version takes the older one's place, whose clients keep their channels and lose no call.</summary>
    /// <exception cref="CommandException">It is loaded already.</exception>
    /// <exception cref="ModuleException">It is refused, or is not ready in time; what ran goes on.</exception>
    public ServiceModule Load(ModuleFile file)
    {
        PackedService service = Check(file);
        lock (_changes)
            return Start(service, new ServiceModule(file.Manifest, file.Signer));
    }

    /// <summary>Ends the service and forgets it.</summary>
    public void Unload(ServiceModule module)
    {
        lock (_changes)
        {
            lock (_gate)
                _ = _modules.Remove(module.Name);
            _ = supervisor.Stop(module.Name);
        }
    }

    private ServiceModule Start(PackedService service, ServiceModule loaded)
    {
        ServiceModule? old = Find(loaded.Name);
        if (old is not null)
            ModuleHost.RequireNewer(old.Manifest, loaded.Manifest);
        try
        {
            // One that was given up, or stopped by hand, is started anew.
            _ = old is not null && UseOf(old).State is ServiceState.Running or ServiceState.Waiting
                ? supervisor.Replace(loaded.Name, service.Manifest, service.Program)
                : supervisor.Start(service.Manifest, service.Program);
        }
        catch (ManifestException error)
        {
            throw new ModuleException($"{loaded.Name}: {error.Message}", error);
        }

        lock (_gate)
            _modules[loaded.Name] = loaded;
        return loaded;
    }
}
