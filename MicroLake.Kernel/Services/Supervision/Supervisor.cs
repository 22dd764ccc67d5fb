using MicroLake.Services.Programs;

namespace MicroLake.Services.Supervision;

/// <summary>The services of the system, by name.</summary>
public sealed class Supervisor(Action<string> log)
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, SupervisedService> _services = new(StringComparer.Ordinal);

    /// <summary>By which clients find services.</summary>
    public NameTable Names { get; } = new();

    /// <summary>Starts a service. One of that name that has ended makes room.</summary>
    /// <exception cref="ManifestException">A service of that name runs already.</exception>
    /// <exception cref="Hosting.KernelException">There is no memory for it.</exception>
    public SupervisedService Start(ServiceManifest manifest, ElfProgram program)
    {
        SupervisedService service;
        lock (_gate)
        {
            if (_services.TryGetValue(manifest.Name, out SupervisedService? old)
                && old.Use.State is ServiceState.Running or ServiceState.Waiting)
                throw new ManifestException($"a service \"{manifest.Name}\" runs already; stop it first");
            service = new SupervisedService(manifest, program, Names, log);
            _services[manifest.Name] = service;
        }

        try
        {
            service.Start();
            return service;
        }
        catch
        {
            lock (_gate)
                _ = _services.Remove(manifest.Name);
            throw;
        }
    }

    /// <summary>Ends a service for good. False: there is none of that name.</summary>
    public bool Stop(string name)
    {
        SupervisedService? service;
        lock (_gate)
            if (!_services.Remove(name, out service))
                return false;
        service.Dispose();
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
}
