using MicroLake.Drivers;
using MicroLake.Drivers.Pci;

namespace MicroLake.HostTests.Drivers.Fakes;

/// <summary>A machine with the functions that a test puts into it. What devices and drivers write, the other side sees only after a sync.</summary>
internal sealed class FakeMachine : DeviceHost
{
    private readonly Dictionary<(int Bus, int Device, int Function), FakeFunction> _functions = [];
    private readonly List<FakeDma> _memory = [];
    private readonly Lock _gate = new();
    private ulong _nextAddress = 0x10_0000;

    public override int ProcessorCount => Processors;

    public override int CurrentProcessor => Environment.CurrentManagedThreadId % Processors;

    public int Processors { get; init; } = 1;

    /// <summary>Whether waiting takes time: for tests with several threads. Otherwise nothing more comes once everybody waits.</summary>
    public bool WaitsForReal { get; init; }

    public List<string> Lines { get; } = [];

    /// <summary>Memory of devices that was not given back.</summary>
    public int MemoryInUse
    {
        get
        {
            lock (_gate)
                return _memory.Count;
        }
    }

    public override long FreeBytes => FreeBytesNow();

    /// <summary>What <see cref="FreeBytes"/> says.</summary>
    public Func<long> FreeBytesNow { get; set; } = () => long.MaxValue;

    /// <summary>The most pieces of memory that are given out.</summary>
    public int MemoryLimit { get; set; } = int.MaxValue;

    public int InterruptsInUse;

    /// <summary>Who hears of the line: one is enough here.</summary>
    public FakeInterrupt? LineInterrupt { get; set; }

    private readonly List<FakeInterrupt> _messages = [];

    /// <summary>Returns what a device writes for this interrupt.</summary>
    public uint AddMessage(FakeInterrupt interrupt)
    {
        lock (_gate)
        {
            _messages.Add(interrupt);
            return (uint)_messages.Count;
        }
    }

    /// <summary>A device writes a message.</summary>
    public void Message(uint data)
    {
        FakeInterrupt? target;
        lock (_gate)
            target = data >= 1 && data <= _messages.Count ? _messages[(int)data - 1] : null;
        target?.Signal();
    }

    public PciFunction Add(FakeFunction function, int bus = 0, int device = 1) => TryAdd(function, bus, device)!;

    /// <summary>Null: the function shows itself to nobody.</summary>
    public PciFunction? TryAdd(FakeFunction function, int bus = 0, int device = 1)
    {
        _functions[(bus, device, 0)] = function;
        function.Machine = this;
        return PciFunction.Find(this, new PciAddress(bus, device, 0));
    }

    public override uint ReadConfiguration(PciAddress function, int register) =>
        _functions.TryGetValue((function.Bus, function.Device, function.Function), out FakeFunction? found) ? found.ReadConfiguration(register) : uint.MaxValue;

    public override void WriteConfiguration(PciAddress function, int register, uint value)
    {
        if (_functions.TryGetValue((function.Bus, function.Device, function.Function), out FakeFunction? found))
            found.WriteConfiguration(register, value);
    }

    public override RegisterBlock MapRegisters(ulong physical, int length)
    {
        foreach (FakeFunction function in _functions.Values)
            if (function.FindRegisters(physical, length) is { } registers)
                return registers;
        throw new DeviceException($"nothing is at {physical:x}");
    }

    public override DmaMemory AllocateDma(int bytes)
    {
        lock (_gate)
        {
            if (_memory.Count >= MemoryLimit)
                throw new DeviceException("there is not enough memory");
            var memory = new FakeDma(this, _nextAddress, (bytes + 4095) & ~4095);
            // A gap: who goes beyond the end of one does not land in the next.
            _nextAddress += (ulong)memory.Length + 4096;
            _memory.Add(memory);
            return memory;
        }
    }

    /// <summary>Whether memory of callers can be lent in an exchange.</summary>
    public bool LendsMemory { get; set; } = true;

    /// <summary>Bytes that were lent to devices without a copy, as drivers see it.</summary>
    public long LentBytes { get; private set; }

    public override bool TryLend(ReadOnlySpan<byte> memory, LentMemory work)
    {
        using var stand = new FakeLoan(this, memory.Length);
        stand.Fill(memory);
        LentBytes += memory.Length;
        work.Use(stand.Pieces);
        return true;
    }

    public override bool TryLendForWriting(Span<byte> memory, LentMemory work)
    {
        using var stand = new FakeLoan(this, memory.Length);
        stand.Fill(memory);
        LentBytes += memory.Length;
        try
        {
            work.Use(stand.Pieces);
        }
        finally
        {
            stand.CopyTo(memory);
        }

        return true;
    }

    public override bool TryLend(ReadOnlySpan<byte> read, Span<byte> written, LentExchange work)
    {
        if (!LendsMemory)
            return false;
        using FakeLoan from = new(this, read.Length), to = new(this, written.Length);
        from.Fill(read);
        to.Fill(written);
        LentBytes += read.Length + written.Length;
        try
        {
            work.Use(from.Pieces, to.Pieces);
        }
        finally
        {
            to.CopyTo(written);
        }

        return true;
    }

    public override DmaMemory TakeUnused(int bytes) => AllocateDma(bytes);

    public override DeviceInterrupt CreateInterrupt()
    {
        Interlocked.Increment(ref InterruptsInUse);
        return new FakeInterrupt(this);
    }

    public override void Pause()
    {
    }

    public override void Log(string line)
    {
        lock (_gate)
            Lines.Add(line);
    }

    public void Free(FakeDma memory)
    {
        lock (_gate)
            _memory.Remove(memory);
    }

    /// <summary>The device's view of a range, or nothing where a driver has told no such address.</summary>
    public Span<byte> DeviceView(ulong address, int length)
    {
        lock (_gate)
        {
            foreach (FakeDma memory in _memory)
                if (address >= memory.DeviceAddress && address - memory.DeviceAddress + (ulong)length <= (ulong)memory.Length)
                    return memory.DeviceBytes.AsSpan((int)(address - memory.DeviceAddress), length);
        }

        return default;
    }
}
