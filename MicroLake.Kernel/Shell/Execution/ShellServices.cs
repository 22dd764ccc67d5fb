namespace MicroLake.Shell;

/// <summary>What commands work with, by type; filled when the system is put together.</summary>
public sealed class ShellServices
{
    private readonly Dictionary<Type, object> _services = [];

    public ShellServices Add<T>(T service) where T : class
    {
        _services[typeof(T)] = service;
        return this;
    }

    /// <exception cref="CommandException">This system has no such service.</exception>
    public T Get<T>() where T : class =>
        Find<T>() ?? throw new CommandException($"this system has no {typeof(T).Name}", "use an image that includes it");

    /// <summary>The service, made on first use; for what a group of commands keeps between runs.</summary>
    public T GetOrAdd<T>(Func<T> create) where T : class
    {
        lock (_services)
        {
            if (Find<T>() is { } existing)
                return existing;
            T created = create();
            _services[typeof(T)] = created;
            return created;
        }
    }

    public T? Find<T>() where T : class => _services.GetValueOrDefault(typeof(T)) as T;
}
