using MicroLake.Abi;
using MicroLake.Sdk;

namespace MicroLake.Files.Remote;

/// <summary>
/// A client's way to a server of files. The first call that shows that the server is gone, does not answer in time or does not keep to the contract
/// ends it: every operation after that is EIO at once.
/// </summary>
public sealed class FileConnection : IDisposable
{
    private readonly Channel? _channel;
    private volatile bool _isLost;

    /// <summary>Connects over a channel, which this takes over.</summary>
    /// <exception cref="MessageException">There is no memory to share, or the server is gone.</exception>
    /// <exception cref="ContractException">The server is none of files.</exception>
    public FileConnection(Channel channel)
    {
        channel.SharePayload(FileContract.SharedBytes);
        _channel = channel;
        Service = new FileServiceClient(channel);
    }

    internal FileConnection(IFileService service) => Service = service;

    /// <summary>Asks a service of files (<see cref="FileConnector"/>) for a connection.</summary>
    /// <param name="service">A channel to the service's endpoint.</param>
    /// <param name="timeout">The longest that any call may take.</param>
    /// <exception cref="MessageException">There is no memory to share, or the server is gone.</exception>
    /// <exception cref="ContractException">The server is none of files.</exception>
    public static FileConnection Open(Channel service, TimeSpan timeout)
    {
        Channel channel = new FileConnectionsClient(service).Connect();
        var limited = new Channel(channel.Detach()) { CallTimeout = timeout };
        try
        {
            return new FileConnection(limited);
        }
        catch
        {
            limited.Dispose();
            throw;
        }
    }

    public bool IsLost => _isLost;

    internal IFileService Service { get; }

    /// <summary>The server's mounts as file systems of this side.</summary>
    public IReadOnlyList<(string Path, FileSystem FileSystem)> Mounts()
    {
        var mounts = new List<(string, FileSystem)>();
        MessageReader reader = new(Bytes(static s => s.Mounts()));
        if (Answer.ReadError(ref reader) != Errno.None)
            return [];
        while (!reader.IsAtEnd)
        {
            string path = reader.ReadString(PathLimits.PathBytes);
            string typeName = reader.ReadString(PathLimits.NameBytes);
            uint magic = reader.ReadUInt32();
            bool isReadOnly = reader.ReadBoolean();
            if (!reader.IsValid)
                break;
            mounts.Add((path, new RemoteFileSystem(() => this, path, typeName, magic, isReadOnly)));
        }

        return mounts;
    }

    /// <summary>A call whose answer is a number of at most <paramref name="most"/>.</summary>
    internal Errno Number(Func<IFileService, int> call, int most, out int number) =>
        Answer.ReadNumber(Try(call, static error => -(int)error), most, out number);

    /// <summary>A call whose answer is bytes; that of one that failed is an error, too.</summary>
    internal byte[] Bytes(Func<IFileService, byte[]> call) => Try(call, Answer.Of);

    private T Try<T>(Func<IFileService, T> call, Func<Errno, T> answerOf)
    {
        if (_isLost)
            return answerOf(Errno.EIO);
        try
        {
            return call(Service);
        }
        catch (ArgumentException)
        {
            return answerOf(Errno.ENAMETOOLONG);
        }
        catch (Exception failure) when (Ends(failure))
        {
            return answerOf(Errno.EIO);
        }
    }

    /// <summary>
    /// Whether a failure is one of the call. The connection is lost by it, but where the server is there and said so, or this side gave the call up.
    /// </summary>
    internal bool Ends(Exception failure)
    {
        if (failure is not (MessageException or ContractException or ObjectDisposedException))
            return false;
        if (failure is not (ContractException { Code: ReplyCode.Failed } or MessageException { Status: Status.Cancelled }))
            _isLost = true;
        return true;
    }

    public void Dispose()
    {
        _isLost = true;
        _channel?.Dispose();
    }
}
