namespace MicroLake.Files.Remote;

/// <summary>A directory of a server as a file system of this side. Safe for use by several threads.</summary>
public sealed class RemoteFileSystem : FileSystem
{
    private readonly Func<FileConnection?> _connect;
    private readonly RemoteNode _root;

    /// <param name="connect">The way to the server at the moment; null: there is none, and operations fail with EIO.</param>
    /// <param name="path">The directory in the server's tree.</param>
    public RemoteFileSystem(Func<FileConnection?> connect, string path, string typeName, uint magic, bool isReadOnly)
    {
        _connect = connect;
        _root = new RemoteNode(this, path, NodeKind.Directory, status: null);
        TypeName = typeName;
        Magic = magic;
        IsReadOnly = isReadOnly;
    }

    public override string TypeName { get; }

    public override uint Magic { get; }

    public override bool IsReadOnly { get; }

    public override Node Root => _root;

    public override FileSystemSpace Space => Answer.ReadSpace(Bytes(s => s.Space(_root.Path)));

    /// <summary>The way to the server, or null.</summary>
    internal FileConnection? Connection => _connect();

    internal Errno Change(Func<IFileService, int> call) => Connection?.Number(call, 0, out _) ?? Errno.EIO;

    internal byte[] Bytes(Func<IFileService, byte[]> call) => Connection?.Bytes(call) ?? Answer.Of(Errno.EIO);
}
