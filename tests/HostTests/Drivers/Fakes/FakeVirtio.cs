using System.Buffers.Binary;
using MicroLake.Drivers.Virtio;

namespace MicroLake.HostTests.Drivers.Fakes;

/// <summary>
/// A virtio device over PCI that does what VIRTIO 1.2 says, written apart from the driver. Requests are answered when the driver tells of them.
/// </summary>
internal class FakeVirtio : FakeFunction
{
    private const int BarBytes = 0x4000;
    private const int InterruptStatus = 0x1000;
    private const int DeviceConfiguration = 0x2000;
    private const int Notify = 0x3000;
    private const int Bar = 4;
    private const int TableBar = 0;

    private readonly ByteRegisters _table;
    private uint _status;

    /// <param name="type">The device type.</param>
    /// <param name="features">What it offers beside version 1.</param>
    /// <param name="queues">Queues.</param>
    /// <param name="vectors">Entries of its table of interrupts; 0: it has only a line.</param>
    public FakeVirtio(VirtioType type, ulong features, int queues, int vectors)
        : base(0x1af4, (ushort)(0x1040 + (int)type))
    {
        Features = features | (ulong)VirtioFeatures.Version1;
        Queues = new FakeQueue[queues];
        AddBar(Bar, new Registers(this));
        AddStructure(1, 0, 0x100);
        AddStructure(3, InterruptStatus, 4);
        AddStructure(4, DeviceConfiguration, 0x100);
        AddStructure(2, Notify, 0x1000, 4);
        _table = new ByteRegisters(Math.Max(vectors, 1) * 16);
        if (vectors > 0)
        {
            AddBar(TableBar, _table);
            byte[] capability = new byte[10];
            BinaryPrimitives.WriteUInt16LittleEndian(capability, (ushort)(vectors - 1));
            BinaryPrimitives.WriteUInt32LittleEndian(capability.AsSpan(2), TableBar);
            AddCapability(0x11, capability);
        }

        Configuration[0x3c] = 11;
        Configuration[0x3d] = 1;
    }

    public ulong Features { get; set; }

    public ulong DriverFeatures { get; private set; }

    public byte Status { get => (byte)_status; set => _status = value; }

    public FakeQueue[] Queues { get; }

    public byte[] Device { get; } = new byte[0x100];

    /// <summary>What the device does with a request: gets the request's content and its number of writable bytes, and returns what it writes.</summary>
    public Func<int, byte[], int, byte[]>? Serve { get; set; }

    public int Interrupts { get; private set; }

    public int Notifications { get; private set; }

    public int ConfigurationReads { get; private set; }

    private uint InterruptBits { get; set; }

    /// <summary>Looks for requests of a queue, as after a notification.</summary>
    public virtual void Process(int index)
    {
        FakeQueue queue = Queues[index];
        bool wanted = false;
        while (queue.Pop() is { } request)
            wanted |= Answer(index, queue, request);
        if (wanted)
            Interrupt(index);
    }

    protected virtual bool Answer(int index, FakeQueue queue, FakeRequest request)
    {
        if (Serve is null)
            return false;
        byte[] answer = Serve(index, queue.Read(request), request.Writable);
        queue.Write(request, answer);
        return queue.Push(request.Id, request.Descriptors, (uint)answer.Length);
    }

    protected void Interrupt(int index)
    {
        Interrupts++;
        ushort vector = Queues[index].Vector;
        if (vector == 0xffff)
        {
            InterruptBits |= 1;
            Machine.LineInterrupt?.Signal();
            return;
        }

        if ((_table.Read32(vector * 16 + 12) & 1) == 0)
            Machine.Message(_table.Read32(vector * 16 + 8));
    }

    protected virtual uint? OnRead(int offset, int bytes)
    {
        if (IsGone)
            return uint.MaxValue;
        if (offset >= DeviceConfiguration && offset < Notify)
        {
            ConfigurationReads++;
            return Device[offset - DeviceConfiguration];
        }

        if (offset == InterruptStatus)
        {
            uint bits = InterruptBits;
            InterruptBits = 0;
            return bits;
        }

        FakeQueue? queue = Selected;
        return offset switch
        {
            CommonRegister.DeviceFeature => (uint)(Features >> (Select(CommonRegister.DeviceFeatureSelect) == 0 ? 0 : 32)),
            CommonRegister.NumQueues => (uint)Queues.Length,
            CommonRegister.DeviceStatus => _status,
            CommonRegister.QueueSize => (uint)(queue?.Size ?? 0),
            CommonRegister.QueueMsixVector => queue?.Vector ?? 0xffff,
            CommonRegister.QueueNotifyOff => (uint)SelectedIndex,
            _ => null,
        };
    }

    protected virtual void OnWrite(int offset, uint value)
    {
        if (IsGone)
            return;
        if (offset >= DeviceConfiguration && offset < Notify)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(Device.AsSpan(offset - DeviceConfiguration), value);
            return;
        }

        if (offset >= Notify)
        {
            Notifications++;
            int index = (offset - Notify) / 4;
            if (index < Queues.Length && Queues[index] is not null && (_status & (byte)VirtioStatus.DriverOk) != 0)
                Process(index);
            return;
        }

        FakeQueue? queue = Selected;
        switch (offset)
        {
            case CommonRegister.DriverFeature:
                int shift = Select(CommonRegister.DriverFeatureSelect) == 0 ? 0 : 32;
                DriverFeatures = DriverFeatures & ~(0xffff_fffful << shift) | (ulong)value << shift;
                break;
            case CommonRegister.DeviceStatus:
                SetStatus(value);
                break;
            case CommonRegister.QueueSize when queue is not null:
                queue.Size = (ushort)value;
                break;
            case CommonRegister.QueueMsixVector when queue is not null:
                queue.Vector = (ushort)value;
                break;
            case CommonRegister.QueueEnable when queue is not null:
                queue.Descriptors = Registers64(CommonRegister.QueueDesc);
                queue.Driver = Registers64(CommonRegister.QueueDriver);
                queue.Device = Registers64(CommonRegister.QueueDevice);
                queue.IsPacked = (DriverFeatures & (ulong)VirtioFeatures.PackedRing) != 0;
                queue.HasEventIndex = (DriverFeatures & (ulong)VirtioFeatures.EventIndex) != 0;
                queue.Enabled = true;
                break;
        }
    }

    private int SelectedIndex => ((Registers)Common).Raw16(CommonRegister.QueueSelect);

    private FakeQueue? Selected => SelectedIndex < Queues.Length ? Queues[SelectedIndex] ??= new FakeQueue(Machine) : null;

    private MicroLake.Drivers.RegisterBlock Common { get; set; } = null!;

    private uint Select(int offset) => ((Registers)Common).Raw32(offset);

    private ulong Registers64(int offset) => Select(offset) | (ulong)Select(offset + 4) << 32;

    private void SetStatus(uint value)
    {
        // A device takes FEATURES_OK only for a subset of its own that has version 1 (3.1.1, 6.2).
        bool isSubset = (DriverFeatures & ~Features) == 0 && (DriverFeatures & (ulong)VirtioFeatures.Version1) != 0;
        _status = isSubset ? value : value & ~(uint)VirtioStatus.FeaturesOk;
        if (value != 0)
            return;
        DriverFeatures = 0;
        Array.Clear(Queues);
    }

    private void AddStructure(byte type, int offset, int length, uint? multiplier = null)
    {
        byte[] body = new byte[multiplier is null ? 14 : 18];
        body[0] = (byte)(body.Length + 2);
        body[1] = type;
        body[2] = Bar;
        BinaryPrimitives.WriteInt32LittleEndian(body.AsSpan(6), offset);
        BinaryPrimitives.WriteInt32LittleEndian(body.AsSpan(10), length);
        if (multiplier is { } bytes)
            BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(14), bytes);
        AddCapability(9, body);
    }

    private sealed class Registers : ByteRegisters
    {
        private readonly FakeVirtio _device;

        public Registers(FakeVirtio device)
            : base(BarBytes)
        {
            _device = device;
            device.Common = this;
        }

        public ushort Raw16(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(Bytes.AsSpan(offset));

        public uint Raw32(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(Bytes.AsSpan(offset));

        protected override uint? OnRead(int offset, int bytes) => _device.OnRead(offset, bytes);

        protected override void OnWrite(int offset, uint value) => _device.OnWrite(offset, value);
    }
}
