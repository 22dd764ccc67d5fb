using System.Collections.Concurrent;

namespace MicroLake.Files;

/// <summary>The devices under <c>/dev</c>: <c>null</c>, <c>zero</c>, <c>random</c>, <c>urandom</c> and those added.</summary>
public sealed class DevFileSystem : FileSystem
{
    private readonly ConcurrentDictionary<string, DeviceNode> _devices = new(StringComparer.Ordinal);
    private readonly NodeTimes _started;
    private int _lastInode = 1;

    /// <param name="fillRandom">The system's random generator, for <c>/dev/random</c>.</param>
    /// <param name="clock">Gives the time stamps.</param>
    public DevFileSystem(RandomFill fillRandom, TimeProvider? clock = null)
    {
        _started = NodeTimes.At(((clock ?? TimeProvider.System).GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100);
        Root = new DeviceDirectory(this);
        Add("null", new NullDevice());
        Add("zero", new ZeroDevice());
        RandomDevice random = new(fillRandom);
        Add("random", random);
        Add("urandom", random);
    }

    public override string TypeName => "devfs";

    /// <summary>TMPFS_MAGIC: Linux's devtmpfs says the same.</summary>
    public override uint Magic => 0x01021994;

    public override bool IsReadOnly => true;

    public override Node Root { get; }

    public override FileSystemSpace Space => default;

    /// <summary>Makes a device appear under a name.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public void Add(string name, CharacterDevice device)
    {
        if (!_devices.TryAdd(name, new DeviceNode(this, device, Interlocked.Increment(ref _lastInode))))
            throw new ArgumentException($"/dev/{name} exists already.", nameof(name));
    }

    private sealed class DeviceDirectory(DevFileSystem owner) : Node(owner)
    {
        public override NodeKind Kind => NodeKind.Directory;

        public override NodeStatus Status => new(Kind, Modes.Directory, 0, 2, 1, owner.Device, owner._started);

        public override Errno Lookup(string name, out Node? child)
        {
            bool found = owner._devices.TryGetValue(name, out DeviceNode? node);
            child = node;
            return found ? Errno.None : Errno.ENOENT;
        }

        public override Errno List(out IReadOnlyList<DirectoryEntry> entries)
        {
            var list = new List<DirectoryEntry>(owner._devices.Count);
            foreach (string name in owner._devices.Keys.Order(StringComparer.Ordinal))
                list.Add(new DirectoryEntry(name, NodeKind.CharacterDevice));
            entries = list;
            return Errno.None;
        }
    }

    private sealed class DeviceNode(DevFileSystem owner, CharacterDevice device, long inode) : Node(owner)
    {
        public override NodeKind Kind => NodeKind.CharacterDevice;

        public override bool IsTerminal => device.IsTerminal;

        public override NodeStatus Status => new(Kind, Modes.Device, 0, 1, inode, owner.Device, owner._started);

        public override Errno Read(long offset, Span<byte> buffer, out int count) => device.Read(buffer, out count);

        public override Errno Write(long offset, ReadOnlySpan<byte> data, out int count) => device.Write(data, out count);

        public override Errno Truncate(long length) => Errno.EINVAL;
    }
}
