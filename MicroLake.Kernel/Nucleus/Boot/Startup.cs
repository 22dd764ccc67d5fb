using System.Runtime;
using System.Runtime.CompilerServices;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Console;
using MicroLake.Nucleus.Diagnostics;
using MicroLake.Nucleus.Interrupts;
using MicroLake.Nucleus.Memory;
using MicroLake.Nucleus.Objects;
using MicroLake.Nucleus.Processes;
using MicroLake.Nucleus.Scheduling;
using MicroLake.Nucleus.SystemCalls;
using MicroLake.Nucleus.Time;

namespace MicroLake.Nucleus.Boot;

/// <summary>The order in which the machine is brought up. Everything here runs once, on the boot stack.</summary>
internal static unsafe class Startup
{
    private const uint ProtocolPvh = 1;
    private const uint ProtocolMultiboot2 = 2;
    private const ulong MainStackBytes = 1 << 20;

    private static PerCpu s_bootCpu;
    private static BootInformation s_information;

    public static BootInformation* Information
    {
        get
        {
            fixed (BootInformation* information = &s_information)
                return information;
        }
    }

    [RuntimeExport("nucleus_start")]
    private static void Start(uint protocol, uint bootInformation)
    {
        Serial.Initialize();
        Log.Start();
        KernelSymbols.Load();
        fixed (PerCpu* cpu = &s_bootCpu)
        {
            DescriptorTables.InstallOnBootProcessor(cpu);
            SystemCallTable.Initialize();
            BootContext.Install(cpu);
            Log.Line("MicroLake nucleus"u8);
            ProcessorFeatures.Enable(cpu);
        }

        ReadLoader(protocol, bootInformation);
        PlantedFault.At("fault=early"u8);
        SetUpMemory();
        PlantedFault.At("fault=memory"u8);
        Firmware.ReadTables(Information);
        FirmwareConfiguration.Load();
        RunToken.Load();
        SetUpInterruptsAndTime();
        ImageLayout.Addresses* image = ImageLayout.Get();
        fixed (PerCpu* cpu = &s_bootCpu)
        {
            Process.Kernel->Handles.Initialize(HandleTable.MaxHandles);
            if (!Scheduler.AdoptProcessor(cpu, image->StackGuard, image->StackBottom, image->StackTop) || !DescriptorTables.GuardBootStacks(cpu))
                Panic.Raise("too little memory for the first thread; give the machine more (--mem)"u8, PhysicalMemory.FreeFrames);
            Processors.Add(cpu);
        }

        ProcessorStartup.StartOthers();
        ConsoleDevice.Start();
        StartMainThread();
        Processor.EnableInterrupts();
        Dispatcher.IdleLoop();
    }

    private static void ReadLoader(uint protocol, uint bootInformation)
    {
        bool read = protocol switch
        {
            ProtocolPvh => PvhLoader.TryRead(bootInformation, Information),
            ProtocolMultiboot2 => Multiboot2Loader.TryRead(bootInformation, Information),
            _ => false,
        };
        if (!read)
            Panic.Raise("the boot loader's information cannot be read; boot by QEMU -kernel or by multiboot2"u8, protocol);
        Log.Text("  loader: "u8);
        Log.Text(protocol == ProtocolPvh ? "PVH"u8 : "multiboot2"u8);
        Log.Text(", "u8);
        Log.Decimal((ulong)Information->ModuleCount);
        Log.Text(" modules, command line \""u8);
        Log.Bytes(Information->CommandLine, Information->CommandLineLength);
        Log.Line("\""u8);
    }

    private static void SetUpMemory()
    {
        if (!PhysicalMemory.Initialize(Information) || !KernelPageTable.Install())
            Panic.Raise("too little memory to boot; give the machine at least 64 MiB (--mem 64)"u8, PhysicalMemory.Top);
        KernelAddressSpace.Initialize();
        Log.Text("  memory: "u8);
        Log.Decimal(PhysicalMemory.FreeFrames >> 8);
        Log.Text(" MiB free of "u8);
        Log.Decimal(PhysicalMemory.Top >> 20);
        Log.Line(" MiB"u8);
    }

    private static void SetUpInterruptsAndTime()
    {
        LegacyPic.Disable();
        if (!LocalApic.Map() || !DeviceInterrupts.Initialize())
            Panic.Raise("the interrupt controllers cannot be mapped"u8, 0);
        LocalApic.Enable();
        Dispatcher.Initialize();
        ProcessorRequest.Initialize();
        ulong hpet = Firmware.Acpi->HpetAddress;
        Clock.Start(TscCalibration.Measure(hpet != 0 ? KernelPageTable.MapDevice(hpet, PageTable.PageBytes) : null));
        OneShotTimer.Initialize();
        if (!RealTimeClock.SetWallTime())
            Log.Line("  clock: the real-time clock cannot be read; wall time starts at 1970"u8);
        fixed (PerCpu* cpu = &s_bootCpu)
            cpu->ApicId = LocalApic.ApicId;
        Log.Text("  clock: "u8);
        Log.Decimal(Clock.Frequency / 1_000_000);
        Log.Line(" MHz"u8);
    }

    /// <summary>The thread that the platform layer turns into the process's main thread.</summary>
    private static void StartMainThread()
    {
        const ulong guard = PageTable.PageBytes;
        Abi.Status status = KernelAddressSpace.Reserve(MainStackBytes + guard, PageTable.PageBytes, Abi.Protection.None, true, out ulong low);
        if (status == Abi.Status.Ok)
            status = KernelAddressSpace.Protect(low + guard, MainStackBytes, Abi.Protection.Read | Abi.Protection.Write);
        uint id = status == Abi.Status.Ok
            ? Scheduler.Create(PlatformMain(), 0, low, low + guard, low + guard + MainStackBytes, 0, Scheduler.DefaultPriority)
            : 0;
        if (id == 0)
            Panic.Raise("too little memory for the main thread; give the machine more (--mem)"u8, (ulong)status);
        Scheduler.SetName(ThreadTable.Find(id), "main"u8);
    }

    [RuntimeImport("*", "x64_platform_main_address")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern ulong PlatformMain();
}
