using MicroLake.Sdk;

namespace MicroLake.Files.Remote;

/// <summary>A service of files: whoever may call its endpoint gets channels, each with open files of its own.</summary>
/// <param name="tree">What clients see.</param>
public sealed class FileConnector(VirtualFileSystem tree) : IFileConnections
{
    private const int MostSessions = 64;
    private const int OpenFilesPerSession = 4096;

    private int _sessions;

    /// <summary>What takes the messages of those who want a channel.</summary>
    public IDispatcher Dispatcher => new FileConnectionsServer(this);

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
