using MicroLake.Shell;

namespace MicroLake.HostTests.Shell;

/// <summary>A machine with two threads, some devices, and a counter of how often it was switched off.</summary>
internal sealed class FakeSystem : ISystemInformation
{
    private int _calls;

    public int PowerOffs { get; private set; }

    public int Reboots { get; private set; }

    public SystemIdentity Identity => new("0.1.0", ".NET 9.0.20 NativeAOT", "QEMU q35", "Test CPU", 1, "SSE4.2, AVX2");

    public TimeSpan Uptime => TimeSpan.FromSeconds(3661 + _calls++);

    public TimeSpan IdleTime => TimeSpan.FromSeconds(1830);

    public IReadOnlyList<ThreadInformation> Threads() =>
    [
        new(2, "timer", "waiting", 8, 0, TimeSpan.FromMilliseconds(250), 17, TimeSpan.Zero),
        new(1, "main", "running", 8, 0, TimeSpan.FromSeconds(1.5), 4, TimeSpan.FromSeconds(3659)),
    ];

    /// <summary>None unless a test has some.</summary>
    public List<ProcessInformation> ProcessList { get; } = [];

    public IReadOnlyList<ProcessInformation> Processes() => ProcessList;

    /// <summary>In the second before a call it had work for a quarter of the time.</summary>
    public IReadOnlyList<ProcessorInformation> Processors() => [new(0, TimeSpan.FromSeconds(0.75 * _calls), 100 * _calls, 2, 10 * _calls, 1)];

    public MemoryInformation Memory() => new(64 << 20, 40 << 20, 4 << 20, 14 << 20, 2 << 20, 1 << 20, 1 << 20, 1 << 20, 1 << 20);

    public IReadOnlyList<InterruptInformation> Interrupts() => [new(0x30, "timer", "local", 1234), new(0x24, "com1", "IO-APIC", 5)];

    public IReadOnlyList<PciDeviceInformation> PciDevices() => [new("0000:00:1f.2", 0x8086, 0x2922, 0x010601, "SATA controller (AHCI)", "")];

    public IReadOnlyList<DeviceInformation> Devices() => [new("com1", "serial", "ports 3f8-3ff", "ready")];

    public IReadOnlyList<HookInformation> Hooks() => [new() { Name = "sched.pick", Mode = "active", ByModel = 300 * _calls, ByHeuristic = 100 * _calls }];

    public IReadOnlyList<GpuInformation> Gpus() => [new() { Name = "gpu0", State = "1 displays", Commands = 7 * _calls, Busy = TimeSpan.FromSeconds(0.4 * _calls) }];

    public IReadOnlyList<LogEntry> KernelLog() => [new(TimeSpan.FromMilliseconds(1.5), "MicroLake \"starts\"")];

    public void PowerOff() => PowerOffs++;

    public void Reboot() => Reboots++;
}
