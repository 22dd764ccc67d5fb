namespace MicroLake.Shell;

/// <summary>What the shell can ask of the machine and do to it; the kernel implements it.</summary>
public interface ISystemInformation
{
    SystemIdentity Identity { get; }

    /// <summary>Time since the kernel started.</summary>
    TimeSpan Uptime { get; }

    /// <summary>Time that all processors together spent without work since the kernel started.</summary>
    TimeSpan IdleTime { get; }

    IReadOnlyList<ThreadInformation> Threads();

    /// <summary>Processes beside the kernel.</summary>
    IReadOnlyList<ProcessInformation> Processes();

    IReadOnlyList<ProcessorInformation> Processors();

    MemoryInformation Memory();

    IReadOnlyList<InterruptInformation> Interrupts();

    IReadOnlyList<PciDeviceInformation> PciDevices();

    IReadOnlyList<DeviceInformation> Devices();

    /// <summary>Decisions that models may take over, for everybody.</summary>
    IReadOnlyList<HookInformation> Hooks();

    IReadOnlyList<GpuInformation> Gpus();

    /// <summary>Messages of the kernel since it started, oldest first.</summary>
    IReadOnlyList<LogEntry> KernelLog();

    /// <summary>Switches the machine off; does not return when that works.</summary>
    void PowerOff();

    /// <summary>Starts the machine again; does not return when that works.</summary>
    void Reboot();
}

/// <summary>What runs here.</summary>
/// <param name="Version">Version of MicroLake.</param>
/// <param name="Runtime">The .NET runtime, for example <c>.NET 9.0.20 NativeAOT</c>.</param>
/// <param name="Machine">Where it runs, for example <c>QEMU q35</c>.</param>
/// <param name="Processor">Name of the processor.</param>
/// <param name="ProcessorCount">Number of processors in use.</param>
/// <param name="Features">Instruction sets in use, for example <c>SSE4.2, AVX2</c>.</param>
public readonly record struct SystemIdentity(
    string Version, string Runtime, string Machine, string Processor, int ProcessorCount, string Features);

/// <summary>A thread of the kernel.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">Its name; empty when it has none.</param>
/// <param name="State">What it does: <c>running</c>, <c>ready</c>, <c>waiting</c>, <c>sleeping</c>.</param>
/// <param name="Priority">Higher runs first.</param>
/// <param name="Processor">Number of the processor that it ran on last.</param>
/// <param name="ProcessorTime">How long it has run.</param>
/// <param name="Switches">How often it was given a processor.</param>
/// <param name="Created">When it was made: time since the kernel started.</param>
public readonly record struct ThreadInformation(
    int Id, string Name, string State, int Priority, int Processor, TimeSpan ProcessorTime, long Switches, TimeSpan Created);

/// <summary>A process.</summary>
/// <param name="Id">Its identifier, which <c>kill</c> takes.</param>
/// <param name="Name">What its starter called it.</param>
/// <param name="Threads">Threads that it has.</param>
/// <param name="Handles">Handles that it has.</param>
/// <param name="Memory">Bytes that it was promised.</param>
/// <param name="MemoryLimit">The most bytes that it may be promised.</param>
/// <param name="PageFaults">How often it touched memory for the first time.</param>
/// <param name="ProcessorLimit">The most processor time that it may have, in percent of one processor; 0 for no limit.</param>
/// <param name="ProcessorTime">How long its threads have run, those that ended included.</param>
/// <param name="Created">When it was made: time since the kernel started.</param>
public readonly record struct ProcessInformation(
    long Id, string Name, int Threads, int Handles, long Memory, long MemoryLimit, long PageFaults, int ProcessorLimit, TimeSpan ProcessorTime, TimeSpan Created)
{
    /// <summary>Bytes of it that are on the swap disk.</summary>
    public long Swapped { get; init; }
}

/// <summary>A processor.</summary>
/// <param name="Index">Its number.</param>
/// <param name="Idle">How long it had no work.</param>
/// <param name="Switches">Threads that it was given to, one after the other.</param>
/// <param name="Steals">Threads that it took over from other processors' queues.</param>
/// <param name="Interrupts">Interrupts that it took.</param>
/// <param name="Ready">Threads that wait for it now.</param>
public readonly record struct ProcessorInformation(int Index, TimeSpan Idle, long Switches, long Steals, long Interrupts, int Ready);

/// <summary>Physical memory in bytes. Total is the sum of the other figures.</summary>
/// <param name="Total">What the machine has and the kernel manages.</param>
/// <param name="Free">Page frames that nobody has.</param>
/// <param name="Image">The kernel's code and data.</param>
/// <param name="Heap">What the managed heap and the runtime have touched of what they hold.</param>
/// <param name="Programs">What programs have for themselves.</param>
/// <param name="Stacks">Stacks and control blocks of threads.</param>
/// <param name="PageTables">Page tables.</param>
/// <param name="Boot">Archives that the loader brought.</param>
/// <param name="Other">Everything else: memory that several share, buffers of devices, objects of the kernel.</param>
public readonly record struct MemoryInformation(
    long Total, long Free, long Image, long Heap, long Programs, long Stacks, long PageTables, long Boot, long Other)
{
    /// <summary>Memory of programs that is on the swap disk, which is no part of the total.</summary>
    public long Swapped { get; init; }
}

/// <summary>An interrupt source.</summary>
/// <param name="Vector">Vector in the interrupt descriptor table.</param>
/// <param name="Name">Who uses it.</param>
/// <param name="Kind">How it comes: <c>IO-APIC</c>, <c>MSI-X</c>, <c>local</c>, <c>exception</c>.</param>
/// <param name="Count">How often it came.</param>
public readonly record struct InterruptInformation(int Vector, string Name, string Kind, long Count);

/// <summary>A PCI function.</summary>
/// <param name="Address">Segment, bus, device, function: <c>0000:00:1f.2</c>.</param>
/// <param name="VendorId">Vendor number.</param>
/// <param name="DeviceId">Device number.</param>
/// <param name="ClassCode">Class, subclass and programming interface: 0xCCSSPP.</param>
/// <param name="Description">What it is, in words.</param>
/// <param name="Driver">Name of the driver that has it; empty for none.</param>
public readonly record struct PciDeviceInformation(
    string Address, ushort VendorId, ushort DeviceId, int ClassCode, string Description, string Driver);

/// <summary>A device that the kernel drives.</summary>
/// <param name="Name">Its name, for example <c>com1</c>.</param>
/// <param name="Kind">What it is: <c>serial</c>, <c>timer</c>, <c>interrupt controller</c>.</param>
/// <param name="Location">Where it sits: ports, addresses or a bus address.</param>
/// <param name="State">How it is: <c>ready</c>, or what is wrong.</param>
/// <param name="Driver">Who drives it; empty: the kernel itself.</param>
/// <param name="Features">What of it is in use, separated by spaces.</param>
/// <param name="Queues">Its queues of requests.</param>
/// <param name="Interrupts">Vectors of its interrupts, separated by spaces.</param>
public readonly record struct DeviceInformation(
    string Name, string Kind, string Location, string State, string Driver = "", string Features = "", int Queues = 0, string Interrupts = "");

/// <summary>A message of the kernel.</summary>
/// <param name="Time">Time since the kernel started.</param>
/// <param name="Text">The message, one line.</param>
public readonly record struct LogEntry(TimeSpan Time, string Text);

/// <summary>A hook: a decision of the kernel that a model may take over.</summary>
public sealed class HookInformation
{
    public required string Name { get; init; }

    /// <summary>For whom it decides, such as <c>process 12 reader</c>; empty: for everybody.</summary>
    public string Scope { get; init; } = "";

    /// <summary>What the model's decisions are worth now: <c>none</c>, <c>shadow</c>, <c>canary</c>, <c>active</c>.</summary>
    public required string Mode { get; init; }

    public required long ByModel { get; init; }

    public required long ByHeuristic { get; init; }
}

/// <summary>A graphics processor.</summary>
public sealed class GpuInformation
{
    public required string Name { get; init; }

    /// <summary>What it can do, or what is wrong.</summary>
    public required string State { get; init; }

    /// <summary>Commands that it has done.</summary>
    public required long Commands { get; init; }

    /// <summary>How long it has computed networks.</summary>
    public required TimeSpan Busy { get; init; }
}
