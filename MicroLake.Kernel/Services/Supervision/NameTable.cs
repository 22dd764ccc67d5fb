using MicroLake.Abi;
using MicroLake.Sdk;

namespace MicroLake.Services.Supervision;

/// <summary>Services by name: the endpoint that leads to the present generation.</summary>
public sealed class NameTable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _names = [];

    /// <summary>Endpoint 0: the name leads nowhere now. Its last generation is kept, so that no later one has the same number.</summary>
    private readonly record struct Entry(uint Endpoint, uint Generation, Func<ServiceShare, uint>? Share);

    /// <summary>From now on the name leads to this endpoint, a handle of the kernel that the table takes over. Returns the generation.</summary>
    /// <param name="share">Makes a client with a share of its own a handle that leads to the same; null: the service knows no shares.</param>
    public uint Publish(string name, uint endpoint, Func<ServiceShare, uint>? share = null)
    {
        Entry before;
        uint generation;
        lock (_gate)
        {
            before = _names.GetValueOrDefault(name);
            generation = before.Generation + 1;
            _names[name] = new Entry(endpoint, generation, share);
        }

        Close(before);
        return generation;
    }

    /// <summary>The name leads nowhere any more, unless a later generation has it.</summary>
    public void Withdraw(string name, uint generation)
    {
        Entry before;
        lock (_gate)
        {
            before = _names.GetValueOrDefault(name);
            if (before.Generation != generation)
                return;
            _names[name] = before with { Endpoint = 0 };
        }

        Close(before);
    }

    /// <summary>A handle of the kernel that may call the service, be duplicated and travel; the caller closes it.</summary>
    public Status TryFind(string name, out uint endpoint, out uint generation)
    {
        lock (_gate)
        {
            Entry entry = _names.GetValueOrDefault(name);
            endpoint = 0;
            generation = entry.Generation;
            return entry.Endpoint == 0
                ? Status.NotFound
                : HandleNumbers.Duplicate(entry.Endpoint, out endpoint, HandleRights.Send | HandleRights.Duplicate | HandleRights.Transfer);
        }
    }

    /// <summary>The same for a client that has a share of the service.</summary>
    /// <returns><see cref="Status.WrongType"/>: the service knows no shares.</returns>
    /// <exception cref="MessageException">The kernel has no memory for the handle.</exception>
    public Status TryFind(string name, ServiceShare share, out uint endpoint)
    {
        Entry entry;
        endpoint = 0;
        lock (_gate)
            entry = _names.GetValueOrDefault(name);
        if (entry.Endpoint == 0)
            return Status.NotFound;
        if (entry.Share is null)
            return Status.WrongType;
        endpoint = entry.Share(share);
        return Status.Ok;
    }

    private static void Close(Entry entry)
    {
        if (entry.Endpoint != 0)
            _ = HandleNumbers.Close(entry.Endpoint);
    }
}
