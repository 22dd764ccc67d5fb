using System.Runtime.Intrinsics.X86;
using MicroLake.Hosting;
using MicroLake.Hosting.Hooks;
using MicroLake.Hosting.Processes;
using MicroLake.MLaaS.Hooks;
using MicroLake.Nn.Gpu.Sharing;
using MicroLake.Shell;

namespace MicroLake.Kernel;

/// <summary>What the shell's commands show, over kernel calls.</summary>
internal sealed class SystemInformation(HardwareMachine machine, DataDisks disks, SwapSpace swap, GpuService? gpu) : ISystemInformation
{
    public SystemIdentity Identity => new(
        "0.1", $".NET {Environment.Version} NativeAOT, workstation GC", "x86-64", Inspection.ProcessorName(), Environment.ProcessorCount, Features());

    public TimeSpan Uptime => Inspection.Uptime();

    public TimeSpan IdleTime => Inspection.IdleTime();

    // Loops, where LINQ over structures would add tens of kilobytes of code to the image for each of them.
    public IReadOnlyList<ThreadInformation> Threads()
    {
        var threads = new List<ThreadInformation>();
        foreach (ThreadUse t in Inspection.Threads())
            threads.Add(new(t.Id, t.Name, t.State, t.Priority, t.Processor, t.ProcessorTime, t.Switches, t.Created));
        return threads;
    }

    public IReadOnlyList<ProcessInformation> Processes()
    {
        var processes = new List<ProcessInformation>();
        foreach (ProcessUse p in KernelProcess.All())
            processes.Add(new(p.Id, p.Name, p.Threads, p.Handles, p.CommittedBytes, p.LimitBytes, p.PageFaults, p.ProcessorPercent, p.ProcessorTime, p.Created) { Swapped = p.SwappedBytes });
        return processes;
    }

    public IReadOnlyList<ProcessorInformation> Processors()
    {
        var processors = new List<ProcessorInformation>();
        foreach (ProcessorUse p in Inspection.Processors())
            processors.Add(new(p.Index, p.Idle, p.Switches, p.Steals, p.Interrupts, p.Ready));
        return processors;
    }

    public MemoryInformation Memory()
    {
        MemoryUse use = Inspection.Memory();
        return new MemoryInformation(
            use.Total, use.Free, use.Image, use.Heap, use.Programs, use.Stacks, use.PageTables, use.Boot,
            Math.Max(0, use.Total - use.Free - use.Heap - use.Programs - use.Stacks - use.PageTables)) { Swapped = swap.State.Used };
    }

    public IReadOnlyList<InterruptInformation> Interrupts()
    {
        var interrupts = new List<InterruptInformation>();
        foreach (InterruptUse i in Inspection.Interrupts())
            interrupts.Add(new(i.Vector, DeviceInventory.NameOfVector(i.Vector) ?? i.Name, i.Kind, i.Count));
        return interrupts;
    }

    public IReadOnlyList<PciDeviceInformation> PciDevices() => DeviceInventory.PciFunctions();

    public IReadOnlyList<DeviceInformation> Devices()
    {
        var devices = new List<DeviceInformation>
        {
            new("console", "16550 serial port", "0x3f8", "interrupt 4"),
            new("timer", "local APIC one-shot", "vector 240", "running"),
            new("clock", "time-stamp counter", "-", $"{Inspection.ClockFrequency() / 1_000_000} MHz"),
        };
        DeviceInventory.AddTo(devices);
        return devices;
    }

    public IReadOnlyList<HookInformation> Hooks()
    {
        var hooks = new List<HookInformation>();
        foreach (HookDescription hook in HookDescription.All)
        {
            HookReading reading = KernelHooks.Read(hook.Index);
            hooks.Add(new()
            {
                Name = hook.Name,
                Mode = reading.Mode.ToString().ToLowerInvariant(),
                ByModel = reading.ByModule,
                ByHeuristic = reading.ByHeuristic,
            });
        }

        return hooks;
    }

    public IReadOnlyList<GpuInformation> Gpus() => DeviceInventory.Gpus(gpu);

    public IReadOnlyList<LogEntry> KernelLog()
    {
        var lines = new List<LogEntry>();
        foreach ((TimeSpan time, string text) in Inspection.LogLines())
            lines.Add(new(time, text));
        return lines;
    }

    private static string Features()
    {
        var names = new List<string>();
        void Add(bool has, string name)
        {
            if (has)
                names.Add(name);
        }

        Add(Sse2.IsSupported, "SSE2");
        Add(Sse42.IsSupported, "SSE4.2");
        Add(Avx.IsSupported, "AVX");
        Add(Avx2.IsSupported, "AVX2");
        Add(Fma.IsSupported, "FMA");
        Add(Avx512F.IsSupported, "AVX-512F");
        return string.Join(' ', names);
    }

    public void PowerOff()
    {
        disks.Stop();
        machine.PowerOff();
    }

    public void Reboot()
    {
        disks.Stop();
        machine.Reboot();
    }
}
