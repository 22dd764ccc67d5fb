using System.Globalization;

namespace MicroLake.Tool.Qemu;

/// <summary>The QEMU command line of a machine.</summary>
public static class QemuArguments
{
    public const string Program = "qemu-system-x86_64";

    /// <summary>QEMU's status when a kernel leaves by isa-debug-exit with <c>value</c> is <c>value * 2 + 1</c>.</summary>
    public const int PanicStatus = (0x2A << 1) | 1;

    /// <summary>Gives instruction counts that repeat exactly; entropy and the date come from outside and would not.</summary>
    private static readonly string[] s_instructionCount =
    [
        "-icount", "shift=0,sleep=off,align=off",
        "-cpu", "max,-erms,-fsrm,-rdrand,-rdseed",
        "-rtc", "base=2020-01-01,clock=vm",
    ];

    /// <summary>What every machine has, with no device that was not asked for: no VGA, network, floppy or monitor.</summary>
    public static readonly string[] Bare =
    [
        "-nodefaults", "-no-user-config", "-display", "none",
        "-device", "isa-debug-exit,iobase=0xf4,iosize=4",
    ];

    /// <summary>A GPU whose 3D mode virglrenderer does, on the display that it needs.</summary>
    public static readonly string[] VirglGpu = ["-display", "sdl,gl=on", "-device", "virtio-gpu-gl-pci"];

    /// <param name="console">The options that say where the first serial port goes.</param>
    /// <param name="scratch">A folder of this run alone, for what the machine writes to.</param>
    public static List<string> For(Machine machine, IEnumerable<string> console, string scratch)
    {
        List<string> arguments =
        [
            .. machine.Gpu == Gpu.Virgl ? Bare.Except(["-display", "none"]) : Bare,
            "-machine", "q35",
            "-accel", machine.Accelerator == Accelerator.Kvm ? "kvm" : "tcg",
            "-smp", machine.Processors.ToString(CultureInfo.InvariantCulture),
            "-m", machine.MemoryMiB.ToString(CultureInfo.InvariantCulture),
            .. machine.InstructionCount ? s_instructionCount : ["-cpu", "max"],
            .. machine.AllowReboot ? Array.Empty<string>() : ["-no-reboot"],
            .. console,
        ];
        AddBoot(arguments, machine.Boot, scratch);
        foreach ((string name, string path) in machine.Files)
            arguments.AddRange(["-fw_cfg", $"name={name},file={Escape(path)}"]);
        if (machine.KernelOptions.Count > 0)
            arguments.AddRange(["-fw_cfg", $"name={GuestFile.KernelOptions},string={Escape(string.Join(' ', machine.KernelOptions))}"]);
        AddDevices(arguments, machine);
        arguments.AddRange(machine.ExtraArguments);
        return arguments;
    }

    /// <summary>A value inside a QEMU option list: a comma is doubled.</summary>
    public static string Escape(string value) => value.Replace(",", ",,", StringComparison.Ordinal);

    /// <summary>
    /// A host folder by 9P, for a guest that knows it by the tag <c>host</c>: as the user who runs QEMU, with modes and links as they are; inode
    /// numbers of several host file systems are kept apart.
    /// </summary>
    public static string[] SharedFolder(string path) =>
    [
        "-fsdev", $"local,id=host,path={Escape(path)},security_model=none,multidevs=remap",
        "-device", "virtio-9p-pci,fsdev=host,mount_tag=host",
    ];

    /// <summary>The image as a virtio disk.</summary>
    /// <param name="number">How many are in front of it.</param>
    public static string[] Disk(string path, int number = 0)
    {
        string format = path.EndsWith(".qcow2", StringComparison.OrdinalIgnoreCase) ? "qcow2" : "raw";
        return ["-drive", $"if=none,id=disk{number},format={format},file={Escape(path)}", "-device", $"virtio-blk-pci,drive=disk{number}"];
    }

    private static void AddBoot(List<string> arguments, BootSource boot, string scratch)
    {
        switch (boot)
        {
            case BootSource.Kernel kernel:
                arguments.AddRange(["-kernel", kernel.Elf, "-initrd", Escape(kernel.BootArchive)]);
                break;
            case BootSource.Iso iso:
                if (iso.Firmware == Firmware.Uefi)
                {
                    // The firmware keeps its settings in the second flash chip, so each run gets one of its own.
                    string settings = Path.Combine(scratch, "uefi-vars.fd");
                    File.Copy("/usr/share/OVMF/OVMF_VARS_4M.fd", settings, overwrite: true);
                    arguments.AddRange(["-drive", "if=pflash,format=raw,unit=0,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd"]);
                    arguments.AddRange(["-drive", $"if=pflash,format=raw,unit=1,file={Escape(settings)}"]);
                }
                arguments.AddRange(["-drive", $"if=none,id=iso,media=cdrom,format=raw,readonly=on,file={Escape(iso.Path)}"]);
                arguments.AddRange(["-device", "ide-cd,drive=iso,bootindex=0"]);
                break;
        }
    }

    private static void AddDevices(List<string> arguments, Machine machine)
    {
        switch (machine.Gpu)
        {
            case Gpu.TwoD:
                arguments.AddRange(["-device", "virtio-gpu-pci"]);
                break;
            case Gpu.Virgl:
                arguments.AddRange(VirglGpu);
                break;
        }
        for (int i = 0; i < machine.Disks.Count; i++)
            arguments.AddRange(Disk(machine.Disks[i], i));
        if (machine.HasRandomSource)
            arguments.AddRange(["-device", "virtio-rng-pci"]);
        if (machine.Share is { } share)
            arguments.AddRange(SharedFolder(share));
    }
}
