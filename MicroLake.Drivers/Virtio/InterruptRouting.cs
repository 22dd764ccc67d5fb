using MicroLake.Drivers.Pci;

namespace MicroLake.Drivers.Virtio;

/// <summary>
/// The interrupts of a device (VIRTIO 1.2, 4.1.5): an entry of its MSI-X table for each user as long as there are any, the last for all further users
/// together; where it has no table, its interrupt line for all. A thread wakes users that share.
/// </summary>
internal sealed class InterruptRouting
{
    private readonly VirtioDevice _device;
    private readonly RegisterWindow _status;
    private readonly MsiX? _messages;
    private readonly List<DeviceInterrupt> _users = [];
    private int _firstSharer;
    private DeviceInterrupt? _shared;
    private readonly Lock _stopping = new();
    private Thread? _watcher;
    private volatile bool _stopped;

    public InterruptRouting(VirtioDevice device, RegisterWindow status)
    {
        _device = device;
        _status = status;
        _messages = MsiX.Open(device.Function);
        if (_messages is null)
            return;
        device.Function.Enable(lineInterrupt: false);
        _messages.Enable();
    }

    /// <summary>Further users that need not share.</summary>
    public int Left => _messages is null ? int.MaxValue : Math.Max(0, _messages.Count - _users.Count);

    public IReadOnlyList<int> Vectors
    {
        get
        {
            var vectors = new List<int>();
            foreach (DeviceInterrupt user in _users)
                if (user.Vector != 0)
                    vectors.Add(user.Vector);
            if (_shared is { Vector: not 0 })
                vectors.Add(_shared.Vector);
            return vectors;
        }
    }

    /// <summary>An interrupt for a further user. Its <paramref name="entry"/> in the table is -1 where it hears of the line.</summary>
    public DeviceInterrupt Add(int processor, out int entry)
    {
        entry = -1;
        DeviceInterrupt interrupt = _device.Host.CreateInterrupt();
        if (_messages is not null)
        {
            entry = Math.Min(_users.Count, _messages.Count - 1);
            if (Left > 0)
                _messages.Connect(entry, interrupt, processor);
            else if (_shared is null)
                ShareEntry(entry, processor);
        }

        _users.Add(interrupt);
        return interrupt;
    }

    /// <summary>All users are there: what they share is watched.</summary>
    public void Start()
    {
        if (_messages is null)
        {
            byte line = _device.Function.InterruptLine ?? throw _device.Broken("has no interrupt: neither MSI-X nor a line that the firmware has routed");
            _shared = _device.Host.CreateInterrupt();
            _shared.ConnectLine(line);
        }

        if (_shared is null)
            return;
        _watcher = new Thread(() => Watch(_shared)) { IsBackground = true, Name = _device.Name };
        _watcher.Start();
    }

    /// <summary>Nothing comes any more, and nobody is woken: interrupts of users may be given back.</summary>
    public void Stop()
    {
        lock (_stopping)
        {
            if (_stopped)
                return;
            _stopped = true;
            _messages?.MaskAll();
            foreach (DeviceInterrupt user in _users)
                user.Disconnect();
            if (_shared is null)
                return;
            _shared.Signal();
            _watcher?.Join();
            _shared.Dispose();
        }
    }

    /// <summary>The one that had the last entry gives it up for all who share it from now on.</summary>
    private void ShareEntry(int entry, int processor)
    {
        _firstSharer = entry;
        _users[entry].Disconnect();
        _shared = _device.Host.CreateInterrupt();
        _messages!.Connect(entry, _shared, processor);
    }

    /// <summary>Users look for themselves whether there is something for them.</summary>
    private void Watch(DeviceInterrupt shared)
    {
        while (true)
        {
            _ = shared.Wait(Timeout.InfiniteTimeSpan);
            if (_stopped)
                return;
            if (!IsMine(shared))
                continue;
            for (int i = _firstSharer; i < _users.Count; i++)
                _users[i].Signal();
        }
    }

    /// <summary>Other devices may have the same line: whose interrupt it is says the status, and reading that lets go of the line (4.1.4.5).</summary>
    private bool IsMine(DeviceInterrupt shared)
    {
        if (_messages is not null)
            return true;
        bool isMine = _status.Read8(0) != 0;
        shared.Unmask();
        return isMine;
    }
}
