using MicroLake.Drivers.Pci;

namespace MicroLake.Drivers.Virtio;

/// <summary>
/// A virtio device over PCI (VIRTIO 1.2, 4.1), brought up by the steps of 3.1.1: the constructor takes those to the agreement on features, then
/// the driver makes its queues, and <see cref="Start"/> takes the last. <see cref="Fail"/> gives the device up, once, for all of its queues.
/// </summary>
public sealed class VirtioDevice : IDisposable
{
    /// <summary>PCI functions of this vendor and of these numbers are virtio devices (4.1.2).</summary>
    private const ushort Vendor = 0x1af4;

    private const ushort FirstTransitional = 0x1000;
    private const ushort FirstModern = 0x1040;
    private const ushort LastModern = 0x107f;

    /// <summary>How often a device is asked whether its reset is over: a second, with the pauses between.</summary>
    private const int ResetTries = 1000;

    private const VirtioFeatures Transport =
        VirtioFeatures.IndirectDescriptors | VirtioFeatures.EventIndex | VirtioFeatures.PackedRing | VirtioFeatures.Version1;

    private readonly VirtioRegisters _registers;
    private readonly InterruptRouting _interrupts;
    private readonly List<RequestQueue> _queues = [];
    private readonly List<DmaMemory> _memory = [];
    private readonly Lock _resetGate = new();
    private readonly Lock _registerGate = new();
    private string? _failure;

    /// <param name="function">A function that <see cref="TypeOf"/> knows.</param>
    /// <param name="name">Short and unique, for messages.</param>
    /// <param name="wanted">Features of the device type that the driver can use; those of queues are added.</param>
    /// <exception cref="DeviceException">The device does not do what the specification says.</exception>
    public VirtioDevice(PciFunction function, string name, ulong wanted)
    {
        Name = name;
        Function = function;
        function.Enable(lineInterrupt: true);
        _registers = new VirtioRegisters(function);
        _interrupts = new InterruptRouting(this, _registers.InterruptStatus);
        try
        {
            Reset(); // Step 1.
            SetStatus(VirtioStatus.Acknowledge); // Step 2.
            SetStatus(VirtioStatus.Driver); // Step 3.
            Features = Negotiate(wanted | (ulong)Transport); // Steps 4 to 6.
        }
        catch (DeviceException)
        {
            Dispose();
            throw;
        }
    }

    public string Name { get; }

    public PciFunction Function { get; }

    public DeviceHost Host => Function.Host;

    /// <summary>The features that both sides agreed on.</summary>
    public ulong Features { get; }

    /// <summary>Queues that the device has.</summary>
    public int QueueCount => _registers.Common.Read16(CommonRegister.NumQueues);

    /// <summary>Interrupts that queues can still have for themselves.</summary>
    public int InterruptsLeft => _interrupts.Left;

    /// <summary>The queues that were made.</summary>
    public IReadOnlyList<RequestQueue> Queues => _queues;

    /// <summary>Vectors of its interrupts.</summary>
    public IReadOnlyList<int> Vectors => _interrupts.Vectors;

    /// <summary>Why the device was given up; null: it was not.</summary>
    public string? Failure => Volatile.Read(ref _failure);

    /// <summary>The type of a function (4.1.2), or null: it is no virtio device.</summary>
    public static VirtioType? TypeOf(PciFunction function) => function.DeviceId switch
    {
        _ when function.VendorId != Vendor => null,
        >= FirstModern and <= LastModern => (VirtioType)(function.DeviceId - FirstModern),
        // A device that also speaks the protocol from before the standard has its type in the subsystem.
        >= FirstTransitional and < FirstModern => (VirtioType)function.SubsystemId,
        _ => null,
    };

    public bool Has(ulong feature) => (Features & feature) != 0;

    public bool Has(VirtioFeatures feature) => Has((ulong)feature);

    /// <summary>Makes a queue with an interrupt of its own.</summary>
    /// <param name="index">Its number at the device.</param>
    /// <param name="requests">The most requests in flight.</param>
    /// <param name="segments">The most pieces of a request.</param>
    /// <param name="processor">Where its interrupts go.</param>
    /// <param name="patience">Seconds without an answer after which the device counts as broken.</param>
    /// <exception cref="DeviceException">The device has no such queue, or there is no memory for it.</exception>
    public RequestQueue AddQueue(int index, int requests, int segments, int processor, int patience = RequestQueue.Patience)
    {
        lock (_registerGate)
        {
            RegisterWindow common = _registers.Common;
            common.Write16(CommonRegister.QueueSelect, (ushort)index);
            int most = common.Read16(CommonRegister.QueueSize);
            if (most is 0 or > 32768)
                throw Broken($"has no queue {index}");
            bool isPacked = Has(VirtioFeatures.PackedRing);
            bool isIndirect = Has(VirtioFeatures.IndirectDescriptors);
            int size = Math.Min(most, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(isIndirect ? requests : requests * segments)));
            size = isPacked ? size : 1 << System.Numerics.BitOperations.Log2((uint)size);
            var options = new VirtqueueOptions
            {
                Host = Host,
                Name = Name,
                Index = index,
                Size = size,
                IndirectSegments = isIndirect ? segments : 0,
                HasEventIndex = Has(VirtioFeatures.EventIndex),
                Notify = NotifierOf(index, common.Read16(CommonRegister.QueueNotifyOff)),
            };
            Virtqueue ring = isPacked ? new PackedVirtqueue(options) : new SplitVirtqueue(options);
            var queue = new RequestQueue(this, ring, _interrupts.Add(processor, out int entry), Math.Min(requests, isIndirect ? size : size / segments), patience);
            _queues.Add(queue);
            common.Write16(CommonRegister.QueueSize, (ushort)size);
            ConnectEntry(CommonRegister.QueueMsixVector, entry);
            (ulong descriptors, ulong driver, ulong device) = ring.Addresses;
            common.Write64(CommonRegister.QueueDesc, descriptors);
            common.Write64(CommonRegister.QueueDriver, driver);
            common.Write64(CommonRegister.QueueDevice, device);
            common.Write16(CommonRegister.QueueEnable, 1);
            return queue;
        }
    }

    /// <summary>An interrupt for changes of the device's configuration.</summary>
    /// <exception cref="DeviceException">There is none left.</exception>
    public DeviceInterrupt AddConfigurationInterrupt()
    {
        lock (_registerGate)
        {
            DeviceInterrupt interrupt = _interrupts.Add(0, out int entry);
            ConnectEntry(CommonRegister.ConfigMsixVector, entry);
            return interrupt;
        }
    }

    /// <summary>Memory of requests, which goes with the device.</summary>
    /// <exception cref="DeviceException">There is not enough memory in one piece.</exception>
    public DmaMemory AllocateDma(int bytes)
    {
        DmaMemory memory = Host.AllocateDma(bytes);
        lock (_memory)
            _memory.Add(memory);
        return memory;
    }

    /// <summary>Gives memory back before that; no request has it.</summary>
    public void FreeDma(DmaMemory memory)
    {
        lock (_memory)
            _ = _memory.Remove(memory);
        memory.Dispose();
    }

    /// <summary>The queues are made: the device may begin (step 8).</summary>
    public void Start()
    {
        _interrupts.Start();
        SetStatus(VirtioStatus.DriverOk);
    }

    /// <summary>Reads a part of the device's own configuration, whole: as it was at one moment (2.5.3).</summary>
    /// <exception cref="DeviceException">The device has no such part, or changes it all the time.</exception>
    public void ReadConfiguration(int offset, Span<byte> into)
    {
        const int tries = 100;
        ThrowIfFailed();
        RegisterWindow device = _registers.Device ?? throw Broken("has no configuration");
        if (offset + into.Length > device.Length)
            throw Broken($"has no configuration at {offset}");
        lock (_registerGate)
        {
            for (int i = 0; i < tries; i++)
            {
                byte before = _registers.Common.Read8(CommonRegister.ConfigGeneration);
                for (int at = 0; at < into.Length; at++)
                    into[at] = device.Read8(offset + at);
                if (before == _registers.Common.Read8(CommonRegister.ConfigGeneration))
                    return;
            }
        }

        throw Broken("changes its configuration without end");
    }

    /// <summary>Bytes of the device's own configuration.</summary>
    public int ConfigurationLength => _registers.Device?.Length ?? 0;

    public ushort ReadConfiguration16(int offset)
    {
        Span<byte> bytes = stackalloc byte[2];
        ReadConfiguration(offset, bytes);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    public uint ReadConfiguration32(int offset)
    {
        Span<byte> bytes = stackalloc byte[4];
        ReadConfiguration(offset, bytes);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    public ulong ReadConfiguration64(int offset)
    {
        Span<byte> bytes = stackalloc byte[8];
        ReadConfiguration(offset, bytes);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    /// <exception cref="DeviceException">The device has no such part, or was given up.</exception>
    public void WriteConfiguration32(int offset, uint value)
    {
        ThrowIfFailed();
        RegisterWindow device = _registers.Device ?? throw Broken("has no configuration");
        if (offset + sizeof(uint) > device.Length)
            throw Broken($"has no configuration at {offset}");
        device.Write32(offset, value);
    }

    /// <exception cref="DeviceException">The device was given up.</exception>
    public void ThrowIfFailed()
    {
        if (Failure is { } failure)
            throw new DeviceException(failure);
    }

    /// <summary>Whether the device is there and has not asked for a reset; a device that was pulled out is given up here.</summary>
    public bool IsAlive()
    {
        if (Failure is not null)
            return false;
        byte status = _registers.Common.Read8(CommonRegister.DeviceStatus);
        if (status == byte.MaxValue)
            Fail($"{Name}: the device is gone");
        else if ((status & (byte)VirtioStatus.NeedsReset) != 0)
            Fail($"{Name}: the device has an error and asks for a reset");
        return Failure is null;
    }

    /// <summary>
    /// Gives the device up: everything in flight and all that comes later fails with this message. The second time nothing happens, but that a reset
    /// that goes on is waited for: the device touches no memory any more when this returns.
    /// </summary>
    public void Fail(string message)
    {
        lock (_resetGate)
        {
            if (Interlocked.CompareExchange(ref _failure, message, null) is not null)
                return;
            Host.Log(message);
            // Reset first, so that the device touches no memory of requests that end now.
            _ = TryReset();
        }

        _interrupts.Stop();
        foreach (RequestQueue queue in _queues)
            queue.Abort();
    }

    public DeviceException Broken(string what) => new($"{Name}: the device {what}");

    /// <summary>Gives the device up in order, and its memory back.</summary>
    public void Dispose()
    {
        bool isReset;
        lock (_resetGate)
        {
            _ = Interlocked.CompareExchange(ref _failure, $"{Name}: the device is no longer driven", null);
            isReset = TryReset();
        }

        _interrupts.Stop();
        foreach (RequestQueue queue in _queues)
            queue.Abort();
        // Of a device that does not take a reset nobody knows what it still writes: its memory stays out of use.
        if (!isReset)
            return;
        foreach (RequestQueue queue in _queues)
            queue.FreeMemory();
        lock (_memory)
        {
            foreach (DmaMemory memory in _memory)
                memory.Dispose();
            _memory.Clear();
        }
    }

    private void Reset()
    {
        if (!TryReset())
            throw Broken("does not reset");
    }

    /// <summary>2.1.2 and 4.1.4.3.2: the reset is over when the status reads as zero. A device that is gone has none.</summary>
    private bool TryReset()
    {
        _registers.Common.Write8(CommonRegister.DeviceStatus, 0);
        for (int i = 0; i < ResetTries; i++)
        {
            byte status = _registers.Common.Read8(CommonRegister.DeviceStatus);
            if (status is 0 or byte.MaxValue)
                return status == 0;
            Host.Pause();
        }

        Function.StopBusMaster();
        return false;
    }

    private void SetStatus(VirtioStatus bit)
    {
        byte status = _registers.Common.Read8(CommonRegister.DeviceStatus);
        _registers.Common.Write8(CommonRegister.DeviceStatus, (byte)(status | (byte)bit));
    }

    private ulong Negotiate(ulong wanted)
    {
        RegisterWindow common = _registers.Common;
        ulong offered = 0;
        for (uint half = 0; half < 2; half++)
        {
            common.Write32(CommonRegister.DeviceFeatureSelect, half);
            offered |= (ulong)common.Read32(CommonRegister.DeviceFeature) << (int)(32 * half);
        }

        // All ones are no features, but what reads where nothing is.
        if ((offered & (ulong)VirtioFeatures.Version1) == 0 || offered == ulong.MaxValue)
            throw Broken("does not offer version 1 of the standard");
        ulong agreed = offered & wanted;
        for (uint half = 0; half < 2; half++)
        {
            common.Write32(CommonRegister.DriverFeatureSelect, half);
            common.Write32(CommonRegister.DriverFeature, (uint)(agreed >> (int)(32 * half)));
        }

        SetStatus(VirtioStatus.FeaturesOk); // Step 5.
        var status = (VirtioStatus)common.Read8(CommonRegister.DeviceStatus);
        if ((status & VirtioStatus.FeaturesOk) == 0) // Step 6.
            throw Broken("does not take a subset of its features");
        return agreed;
    }

    /// <summary>4.1.4.4: the register's place is the offset times the multiplier.</summary>
    private Action NotifierOf(int index, ushort offset)
    {
        ulong place = (ulong)offset * _registers.NotifyMultiplier;
        RegisterWindow notify = _registers.Notify;
        if (place + 2 > (ulong)notify.Length || place % 2 != 0)
            throw Broken($"has no notification register for queue {index}");
        return () => notify.Write16((int)place, (ushort)index);
    }

    /// <summary>4.1.5.1.2: the device answers by the entry that it will use.</summary>
    private void ConnectEntry(int register, int entry)
    {
        if (entry < 0)
            return;
        _registers.Common.Write16(register, (ushort)entry);
        if (_registers.Common.Read16(register) != (ushort)entry)
            throw Broken("has no room for a further interrupt");
    }
}
