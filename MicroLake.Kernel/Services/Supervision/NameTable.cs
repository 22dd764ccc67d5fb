using MicroLake.Abi;
using MicroLake.Sdk;

namespace MicroLake.Services.Supervision;

/// <summary>
/// Services by name: the endpoint that leads to the present generation. Who looks a name up gets a handle of its own that may call and nothing else.
/// </summary>
public sealed class NameTable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (uint Endpoint, uint Generation)> _names = [];

    /// <summary>From now on the name leads to this endpoint, a handle of the kernel that the table takes over.</summary>
    public void Set(string name, uint endpoint, uint generation)
    {
        uint before = 0;
        lock (_gate)
        {
            if (_names.TryGetValue(name, out (uint Endpoint, uint Generation) old))
                before = old.Endpoint;
            _names[name] = (endpoint, generation);
        }

        if (before != 0)
            _ = HandleNumbers.Close(before);
    }

    /// <summary>The name leads nowhere any more.</summary>
    public void Remove(string name)
    {
        (uint Endpoint, uint Generation) old;
        lock (_gate)
            if (!_names.Remove(name, out old))
                return;
        _ = HandleNumbers.Close(old.Endpoint);
    }

    /// <summary>A handle of the kernel that may call the service, duplicate and travel; the caller closes it.</summary>
    public Status TryFind(string name, out uint endpoint, out uint generation)
    {
        lock (_gate)
        {
            endpoint = 0;
            generation = 0;
            if (!_names.TryGetValue(name, out (uint Endpoint, uint Generation) entry))
                return Status.NotFound;
            generation = entry.Generation;
            return HandleNumbers.Duplicate(
                entry.Endpoint, out endpoint, HandleRights.Send | HandleRights.Duplicate | HandleRights.Transfer);
        }
    }
}
