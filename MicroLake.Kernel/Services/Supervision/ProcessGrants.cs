using MicroLake.Abi;
using MicroLake.Sdk;
using MicroLake.Services.Programs;

namespace MicroLake.Services.Supervision;

/// <summary>What a process was granted beside its own: channels to services, and the right to look names up. Kept for as long as it lives.</summary>
public sealed class ProcessGrants : IDisposable
{
    private readonly Lazy<NameServer> _server;
    private readonly List<StartHandle> _handles = [];
    private readonly ulong _badge;
    private int _disposed;

    /// <param name="server">Made when the first process may look names up.</param>
    /// <exception cref="MessageException">The kernel has no memory for it.</exception>
    /// <exception cref="ManifestException">A service that is to be granted does not run.</exception>
    internal ProcessGrants(NameTable names, Lazy<NameServer> server, IReadOnlyList<ServiceGrant> grants, IReadOnlyList<string> lookups)
    {
        _server = server;
        if (lookups.Count > 0)
            _badge = server.Value.Add(lookups);
        try
        {
            foreach (ServiceGrant grant in grants)
                _handles.Add(new StartHandle(ServiceStart.GrantPrefix + grant.As, Find(names, grant), grant.Rights));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>For the start of the process.</summary>
    public IReadOnlyList<StartHandle> Handles =>
        _badge == 0 ? _handles : [.. _handles, new StartHandle(ServiceStart.Names, _server.Value.Endpoint, HandleRights.Send | HandleRights.Duplicate, _badge)];

    private static uint Find(NameTable names, ServiceGrant grant)
    {
        Status status = grant.Share is { } share ? names.TryFind(grant.Service, share, out uint endpoint) : names.TryFind(grant.Service, out endpoint, out _);
        return status switch
        {
            Status.Ok => endpoint,
            Status.WrongType => throw new ManifestException($"\"{grant.Service}\" is not shared by weight: grant it without weight and sessions"),
            _ => throw new ManifestException($"\"{grant.Service}\" cannot be granted: no service of that name runs; start it first (service load)"),
        };
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        foreach (StartHandle handle in _handles)
            _ = HandleNumbers.Close(handle.Handle);
        if (_badge != 0)
            _server.Value.Remove(_badge);
    }
}
