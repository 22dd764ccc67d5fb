namespace MicroLake.Files.NineP;

/// <summary>
/// What a 9P2000.L server offers, as a file system. Nothing is cached: every operation asks the server, so that what changes on its side shows at
/// once. Safe for use by several threads. The server is believed nothing: an answer that cannot be one to the request is EIO for that operation,
/// and a line in the log.
/// </summary>
public sealed class NinePFileSystem : FileSystem, IDisposable
{
    private readonly NinePNode _root;

    /// <param name="transport">The way to the server.</param>
    /// <param name="log">Takes a line for each answer that is wrong, and for each failure of the carrier.</param>
    /// <exception cref="IOException">The server speaks something else, refuses, or does not answer as it should.</exception>
    public NinePFileSystem(NinePTransport transport, Action<string> log)
    {
        Client = new NinePClient(transport, log);
        _root = new NinePNode(this, parent: null, "", NodeKind.Directory, fid: null);
    }

    public override string TypeName => "9p";

    /// <summary>V9FS_MAGIC of linux/magic.h.</summary>
    public override uint Magic => 0x01021997;

    /// <summary>The server does not say; where it is, writing fails with EROFS.</summary>
    public override bool IsReadOnly => false;

    public override Node Root => _root;

    public override FileSystemSpace Space
    {
        get
        {
            using NinePCall call = Client.Begin(MessageType.StatFs);
            if (call.Write(Client.Root.Number).Send() != Errno.None)
                return default;
            _ = call.ReadUInt32();
            UInt128 blockBytes = call.ReadUInt32();
            ulong total = call.ReadUInt64();
            _ = call.ReadUInt64();
            ulong free = call.ReadUInt64();
            _ = call.ReadUInt64();
            _ = call.ReadUInt64();
            _ = call.ReadUInt64();
            _ = call.ReadUInt32();
            if (call.End() != Errno.None)
                return default;
            if (free > total)
            {
                _ = call.Malformed();
                return default;
            }

            return new FileSystemSpace(Bytes(total * blockBytes), Bytes(free * blockBytes));
        }
    }

    internal NinePClient Client { get; }

    internal LockTable Locks { get; } = new();

    /// <summary>Gives everything back to the server but files that are still open.</summary>
    public void Dispose()
    {
        Client.ClunkParked();
        Client.Clunk(Client.Root);
    }

    private static long Bytes(UInt128 bytes) => (long)UInt128.Min(bytes, long.MaxValue);
}
