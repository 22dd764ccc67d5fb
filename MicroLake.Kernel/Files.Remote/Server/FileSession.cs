using MicroLake.Sdk;

namespace MicroLake.Files.Remote;

/// <summary>
/// One client of a tree: an endpoint and a thread of its own. When nobody has the client's channel any more (its process has ended), the kernel
/// says so, and what it had open is closed.
/// </summary>
public sealed class FileSession : IDisposable
{
    private const int StackBytes = 256 << 10;

    private readonly Endpoint _endpoint;
    private readonly FileServer _server;
    private readonly Thread _thread;

    private FileSession(Endpoint endpoint, VirtualFileSystem tree, int openFiles, string name, Action? ended)
    {
        _endpoint = endpoint;
        _server = new FileServer(tree, openFiles);
        _thread = new Thread(() => Run(ended), StackBytes) { Name = name, IsBackground = true };
    }

    /// <summary>Starts to serve a client.</summary>
    /// <param name="tree">What it may see; no devices.</param>
    /// <param name="openFiles">The most files that it may have open.</param>
    /// <param name="name">Of the thread.</param>
    /// <param name="channel">For the client alone.</param>
    /// <param name="ended">Called once the client is gone.</param>
    /// <exception cref="MessageException">There is no memory, or the process may have no more handles.</exception>
    public static FileSession Start(VirtualFileSystem tree, int openFiles, string name, out Channel channel, Action? ended = null)
    {
        // What the session keeps may not call: else it would be a client itself, and never be left by the last.
        using var whole = Endpoint.Create();
        channel = whole.CreateChannel();
        var session = new FileSession(whole.CreateReceiver(), tree, openFiles, name, ended);
        try
        {
            session._thread.Start();
        }
        catch
        {
            session._endpoint.Dispose();
            channel.Dispose();
            throw;
        }

        return session;
    }

    /// <summary>Ends the client's calls, and returns when everything that it had is given back.</summary>
    public void Dispose()
    {
        _endpoint.Dispose();
        _thread.Join();
    }

    private void Run(Action? ended)
    {
        try
        {
            _ = _endpoint.Serve(_server.Dispatcher, FileContract.SharedBytes);
        }
        catch (ObjectDisposedException)
        {
            // The session ended before the thread came to its first call.
        }

        _server.Dispose();
        _endpoint.Dispose();
        ended?.Invoke();
    }
}
