using MicroLake.Drivers.Pci;

namespace MicroLake.Drivers.Virtio;

/// <summary>
/// The interrupts of a device: an entry of its MSI-X table for each user, or, where it has none, its interrupt line with a thread that finds out
/// whom it is for (VIRTIO 1.2, 4.1.5).
/// </summary>
internal sealed class InterruptRouting
{
    private readonly VirtioDevice _device;
    private readonly RegisterWindow _status;
    private readonly MsiX? _messages;
    private readonly List<DeviceInterrupt> _users = [];
    private DeviceInterrupt? _line;
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

    public int Left => _messages is null ? int.MaxValue : _messages.Count - _users.Count;

    public IReadOnlyList<int> Vectors
    {
        get
        {
            var vectors = new List<int>();
            foreach (DeviceInterrupt interrupt in _line is null ? _users : [_line])
                vectors.Add(interrupt.Vector);
            return vectors;
        }
    }

    /// <summary>An interrupt for a further user. Its <paramref name="entry"/> in the table is -1 where it hears of the line.</summary>
    public DeviceInterrupt Add(int processor, out int entry)
    {
        entry = -1;
        if (Left == 0)
            throw _device.Broken($"has only {_messages!.Count} interrupts");
        DeviceInterrupt interrupt = _device.Host.CreateInterrupt();
        if (_messages is not null)
        {
            entry = _users.Count;
            _messages.Connect(entry, interrupt, processor);
        }

        _users.Add(interrupt);
        return interrupt;
    }

    /// <summary>Without messages the line is connected, and watched.</summary>
    public void Start()
    {
        if (_messages is not null)
            return;
        byte line = _device.Function.InterruptLine ?? throw _device.Broken("has no interrupt: neither MSI-X nor a line that the firmware has routed");
        _line = _device.Host.CreateInterrupt();
        _line.ConnectLine(line);
        new Thread(() => WatchLine(_line)) { IsBackground = true, Name = _device.Name }.Start();
    }

    public void Stop()
    {
        if (_stopped)
            return;
        _stopped = true;
        _messages?.MaskAll();
        if (_line is null)
            foreach (DeviceInterrupt interrupt in _users)
                interrupt.Disconnect();
        else
            _line.Signal();
    }

    /// <summary>Reading the status lets go of the line (4.1.4.5). Users look for themselves whether there is something for them.</summary>
    private void WatchLine(DeviceInterrupt line)
    {
        while (true)
        {
            _ = line.Wait(Timeout.InfiniteTimeSpan);
            if (_stopped)
                break;
            bool isMine = _status.Read8(0) != 0;
            line.Unmask();
            if (isMine)
                foreach (DeviceInterrupt user in _users)
                    user.Signal();
        }

        line.Dispose();
    }
}
