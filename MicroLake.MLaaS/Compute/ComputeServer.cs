using MicroLake.Abi;
using MicroLake.Sdk;

namespace MicroLake.Compute;

/// <summary>
/// The kernel's service of computing: programs get sessions, each with a model, an endpoint and a thread of its own. When nobody has a session's channel any
/// more, the kernel says so, and everything that it had is given back, in the middle of a call, too.
/// </summary>
public sealed class ComputeServer : IComputeService, IDisposable
{
    private const int MostSessions = 8;

    private readonly ComputeOptions _options;
    private readonly Endpoint _endpoint = Endpoint.Create();
    private readonly Thread _thread;
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, int> _sessionsOf = [];
    private int _sessions;
    private int _lastNumber;
    private uint _lastClient;

    /// <exception cref="MessageException">The kernel has no memory for its endpoint.</exception>
    public ComputeServer(ComputeOptions options)
    {
        _options = options;
        _thread = new Thread(() => _endpoint.Serve(new ComputeServiceServer(this))) { Name = ComputeContract.ServiceName, IsBackground = true };
        _thread.Start();
    }

    /// <summary>A new channel to the service, for the table of names.</summary>
    public Channel CreateChannel() => _endpoint.CreateChannel();

    /// <summary>A new channel for a client with a share of its own.</summary>
    /// <param name="weight">Of each of its sessions beside others'.</param>
    /// <param name="sessions">That it may have at a time; each has at most one request that waits.</param>
    public Channel CreateChannel(int weight, int sessions) => _endpoint.CreateChannel(new ClientBadge(Interlocked.Increment(ref _lastClient), weight, sessions).Value);

    /// <summary>No further sessions; those that there are end with their clients.</summary>
    public void Dispose()
    {
        _endpoint.Dispose();
        _thread.Join();
    }

    Channel IComputeService.Connect(string client)
    {
        ComputeSession session;
        var badge = new ClientBadge(ServiceCall.Badge);
        lock (_gate)
        {
            int sessions = _sessionsOf.GetValueOrDefault(badge.Value);
            if (_sessions == MostSessions || sessions >= badge.Sessions)
                throw new ContractException(ReplyCode.Busy, client);
            session = new ComputeSession(_options, $"{Printable(client)}.{++_lastNumber}", badge.Weight);
            _sessions++;
            _sessionsOf[badge.Value] = sessions + 1;
        }

        try
        {
            using var whole = Endpoint.Create();
            Endpoint endpoint = whole.CreateReceiver();
            Channel channel = whole.CreateChannel();
            new Thread(() => Serve(session, endpoint, badge.Value)) { Name = session.Name, IsBackground = true }.Start();
            return channel;
        }
        catch
        {
            End(session, badge.Value);
            throw;
        }
    }

    private void Serve(ComputeSession session, Endpoint endpoint, ulong client)
    {
        using (endpoint)
            _ = endpoint.Serve(new ComputeSessionServer(session), ComputeContract.SharedBytes);
        End(session, client);
    }

    private void End(ComputeSession session, ulong client)
    {
        session.Dispose();
        lock (_gate)
        {
            _sessions--;
            if (--_sessionsOf[client] == 0)
                _ = _sessionsOf.Remove(client);
        }
    }

    /// <summary>A name that a table can show, whatever the client sends.</summary>
    private static string Printable(string name) =>
        name.Length == 0 ? "program" : new string(Array.ConvertAll(name.ToCharArray(), static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '_'));
}
