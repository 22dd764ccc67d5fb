using MicroLake.Sdk;

namespace MicroLake.Files.Remote;

/// <summary>A service of files: whoever may call its endpoint gets channels, each with open files of its own.</summary>
/// <param name="tree">What clients see.</param>
public sealed class FileConnector(VirtualFileSystem tree) : IFileConnections
{
    private const int MostSessions = 64;
    private const int OpenFilesPerSession = 4096;

    private int _sessions;

    /// <summary>Serves until nobody can call any more.</summary>
    /// <param name="endpoint">A handle that may receive.</param>
    public Abi.Status Serve(Endpoint endpoint) => endpoint.Serve(new FileConnectionsServer(this));

    Channel IFileConnections.Connect()
    {
        if (Interlocked.Increment(ref _sessions) > MostSessions)
        {
            _ = Interlocked.Decrement(ref _sessions);
            throw new InvalidOperationException("there are too many connections");
        }

        try
        {
            _ = FileSession.Start(tree, OpenFilesPerSession, "files", out Channel channel, () => Interlocked.Decrement(ref _sessions));
            return channel;
        }
        catch
        {
            _ = Interlocked.Decrement(ref _sessions);
            throw;
        }
    }
}
