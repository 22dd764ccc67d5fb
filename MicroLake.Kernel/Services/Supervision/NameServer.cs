using System.Collections.Concurrent;
using MicroLake.Abi;
using MicroLake.Sdk;

namespace MicroLake.Services.Supervision;

/// <summary>Answers processes that look services up by message. Who asks is known by the badge of its channel.</summary>
internal sealed class NameServer : INameService, IDisposable
{
    private readonly NameTable _names;
    private readonly Endpoint _endpoint = Sdk.Endpoint.Create();
    private readonly ConcurrentDictionary<ulong, IReadOnlyList<string>> _clients = [];
    private readonly Thread _thread;
    private ulong _lastBadge;

    /// <exception cref="MessageException">The kernel has no memory for its endpoint.</exception>
    public NameServer(NameTable names)
    {
        _names = names;
        _thread = new Thread(() => _endpoint.Serve(new NameServiceServer(this))) { Name = "names", IsBackground = true };
        _thread.Start();
    }

    /// <summary>The kernel's handle, from which channels for clients are made.</summary>
    public uint Endpoint => _endpoint.Value;

    /// <summary>A new client that may look these names up (<see cref="NamePattern"/>); returns the badge for its channel.</summary>
    public ulong Add(IReadOnlyList<string> patterns)
    {
        ulong badge = Interlocked.Increment(ref _lastBadge);
        _clients[badge] = patterns;
        return badge;
    }

    /// <summary>The client may look nothing up any more, whoever has its channel.</summary>
    public void Remove(ulong badge) => _ = _clients.TryRemove(badge, out _);

    public void Dispose()
    {
        _endpoint.Dispose();
        _thread.Join();
    }

    Channel INameService.Find(string name)
    {
        if (!_clients.TryGetValue(ServiceCall.Badge, out IReadOnlyList<string>? patterns) || !NamePattern.Any(patterns, name))
            throw new ContractException(ReplyCode.NotPermitted, name);
        return _names.TryFind(name, out uint endpoint, out _) switch
        {
            Status.Ok => new Channel(endpoint),
            Status.NotFound => throw new ContractException(ReplyCode.NotFound, name),
            var status => throw new MessageException(status),
        };
    }
}
