using MicroLake.Services.Programs;

namespace MicroLake.Services.Supervision;

/// <summary>The services of the system, by name.</summary>
public sealed class Supervisor : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, SupervisedService> _services = new(StringComparer.Ordinal);
    private readonly Action<string> _log;
    private readonly Lazy<NameServer> _nameServer;

    /// <param name="log">Takes one line for each event of a service's life, and what services write.</param>
    public Supervisor(Action<string> log)
    {
        _log = log;
        _nameServer = new Lazy<NameServer>(() => new NameServer(Names));
    }

    /// <summary>By which clients find services.</summary>
    public NameTable Names { get; } = new();

    /// <summary>Starts a service. One of that name that has ended makes room.</summary>
    /// <exception cref="ManifestException">A service of that name runs already, or one that is to be granted does not.</exception>
    /// <exception cref="Hosting.KernelException">There is no memory for it.</exception>
    public SupervisedService Start(ServiceManifest manifest, ElfProgram program)
    {
        SupervisedService service;
        lock (_gate)
        {
            if (_services.TryGetValue(manifest.Name, out SupervisedService? old)
                && old.Use.State is ServiceState.Running or ServiceState.Waiting)
                throw new ManifestException($"a service \"{manifest.Name}\" runs already; stop it first");
            service = new SupervisedService(this, manifest, program, _log);
            _services[manifest.Name] = service;
        }

        try
        {
            service.WaitForStart();
            return service;
        }
        catch
        {
            Remove(manifest.Name, service);
            throw;
        }
    }

    /// <summary>Puts another program in the place of a service that runs, which keeps its clients (<see cref="SupervisedService.Replace"/>).</summary>
    /// <exception cref="ManifestException">There is no such service, the manifest names another, or the new program is never ready.</exception>
    /// <exception cref="Hosting.KernelException">There is no memory for it.</exception>
    public SupervisedService Replace(string name, ServiceManifest manifest, ElfProgram program)
    {
        if (manifest.Name != name)
            throw new ManifestException($"the manifest is for \"{manifest.Name}\", not for \"{name}\"; clients know a service by its name");
        SupervisedService? service;
        lock (_gate)
            if (!_services.TryGetValue(name, out service))
                throw new ManifestException($"there is no service \"{name}\" to replace; start it (service load)");
        service.Replace(manifest, program);
        return service;
    }

    /// <summary>Ends a service for good. False: there is none of that name.</summary>
    public bool Stop(string name)
    {
        SupervisedService? service;
        lock (_gate)
            if (!_services.TryGetValue(name, out service))
                return false;
        // The name is free again when nothing of the service is left.
        service.Dispose();
        Remove(name, service);
        return true;
    }

    /// <summary>All services, by name.</summary>
    public IReadOnlyList<ServiceUse> All()
    {
        var uses = new List<ServiceUse>();
        lock (_gate)
            foreach (SupervisedService service in _services.Values)
                uses.Add(service.Use);
        return uses;
    }

    /// <summary>What a process is to be granted, for as long as it lives.</summary>
    /// <param name="grants">Channels to services that run now.</param>
    /// <param name="lookups">Names that it may look up by message (<see cref="NamePattern"/>).</param>
    /// <exception cref="ManifestException">One of the services does not run.</exception>
    public ProcessGrants Grant(IReadOnlyList<ServiceGrant> grants, IReadOnlyList<string> lookups) => new(Names, _nameServer, grants, lookups);

    /// <summary>Ends all services.</summary>
    public void Dispose()
    {
        foreach (ServiceUse use in All())
            _ = Stop(use.Name);
        if (_nameServer.IsValueCreated)
            _nameServer.Value.Dispose();
    }

    internal ProcessGrants Grant(ServiceManifest manifest) => Grant(manifest.Grants, manifest.Lookups);

    private void Remove(string name, SupervisedService service)
    {
        lock (_gate)
            if (_services.GetValueOrDefault(name) == service)
                _ = _services.Remove(name);
    }
}
