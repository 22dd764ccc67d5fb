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
    private int _sessions;
    private int _lastNumber;

    /// <exception cref="MessageException">The kernel has no memory for its endpoint.</exception>
    public ComputeServer(ComputeOptions options)
    {
        _options = options;
        _thread = new Thread(() => _endpoint.Serve(new ComputeServiceServer(this))) { Name = ComputeContract.ServiceName, IsBackground = true };
        _thread.Start();
    }

    /// <summary>A new channel to the service, for the table of names.</summary>
    public Channel CreateChannel() => _endpoint.CreateChannel();

    /// <summary>No further sessions; those that there are end with their clients.</summary>
    public void Dispose()
    {
        _endpoint.Dispose();
        _thread.Join();
    }

    Channel IComputeService.Connect(string client)
    {
        ComputeSession session;
        lock (_gate)
        {
            if (_sessions == MostSessions)
                throw new ContractException(ReplyCode.Busy, client);
            session = new ComputeSession(_options, $"{Printable(client)}.{++_lastNumber}");
            _sessions++;
        }

        try
        {
            using var whole = Endpoint.Create();
            Endpoint endpoint = whole.CreateReceiver();
            Channel channel = whole.CreateChannel();
            new Thread(() => Serve(session, endpoint)) { Name = session.Name, IsBackground = true }.Start();
            return channel;
        }
        catch
        {
            End(session);
            throw;
        }
    }

    private void Serve(ComputeSession session, Endpoint endpoint)
    {
        using (endpoint)
            _ = endpoint.Serve(new ComputeSessionServer(session), ComputeContract.SharedBytes);
        End(session);
    }

    private void End(ComputeSession session)
    {
        session.Dispose();
        lock (_gate)
            _sessions--;
    }

    /// <summary>A name that a table can show, whatever the client sends.</summary>
    private static string Printable(string name) =>
        name.Length == 0 ? "program" : new string(Array.ConvertAll(name.ToCharArray(), static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '_'));
}
