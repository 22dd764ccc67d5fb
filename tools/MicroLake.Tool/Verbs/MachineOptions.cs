using System.CommandLine;
using System.CommandLine.Parsing;
using MicroLake.Tool.Host;
using MicroLake.Tool.Qemu;
using MicroLake.Tool.Workspace;

namespace MicroLake.Tool.Verbs;

/// <summary>The options that say which machine to boot, shared by <c>run</c> and <c>debug</c>.</summary>
internal sealed class MachineOptions
{
    public readonly Option<string> Project = ProjectOption();

    private readonly Option<int> _processors = InRange(
        new("--smp") { Description = "Processors", HelpName = "N", DefaultValueFactory = _ => 1 }, 1, 255);

    private readonly Option<int> _memory = InRange(
        new("--mem") { Description = "Memory in MiB", HelpName = "MIB", DefaultValueFactory = _ => Machine.DefaultMemoryMiB }, 16, 1 << 20);

    private readonly Option<string> _accelerator = OneOf(
        new("--accel") { Description = "auto tries KVM with a small kernel first", DefaultValueFactory = _ => "auto" }, "auto", "tcg", "kvm");

    private readonly Option<string> _gpu = OneOf(
        new("--gpu") { Description = "Graphics device", DefaultValueFactory = _ => "none" }, "none", "2d", "virgl");

    private readonly Option<string?> _share = new("--share") { Description = "Host folder that appears as /host, to read and write", HelpName = "DIR" };

    private readonly Option<string[]> _disks = new("--disk")
    {
        Description = "Disk image, raw or .qcow2; given again, one more: blk0, blk1 and so on, such as one for /data and one for swap",
        HelpName = "FILE",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> _iso = new("--iso") { Description = "Boot from the ISO by GRUB" };

    private readonly Option<string> _firmware = OneOf(
        new("--firmware") { Description = "Firmware for --iso", DefaultValueFactory = _ => "bios" }, "bios", "uefi");

    private readonly Option<bool> _icount = new("--icount") { Description = "Repeatable time: one instruction is one nanosecond" };

    private readonly Option<string[]> _qemuArguments = new("--qemu-args")
    {
        Description = "Passed to QEMU as they are; quote them together to put an option of this tool after them",
        HelpName = "ARGS",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
    };

    public static Option<string> ProjectOption() => new("--project")
    {
        Description = "Folder or project file of the kernel",
        HelpName = "PATH",
        DefaultValueFactory = _ => ImageProject.Kernel.Project,
    };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { Project, _processors, _memory, _accelerator, _gpu, _share, _disks, _iso, _firmware, _icount, _qemuArguments })
            command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_firmware) == "uefi" && !result.GetValue(_iso))
                result.AddError("--firmware uefi needs --iso: without it QEMU loads the kernel itself");
            if (result.GetValue(_icount) && result.GetValue(_accelerator) == "kvm")
                result.AddError("--icount needs --accel tcg: KVM cannot count instructions");
        });
    }

    /// <summary>Installs what the machine needs, builds what it boots, and packs what it is handed.</summary>
    /// <param name="folder">Takes the files made for this run.</param>
    public Machine Prepare(ParseResult options, RunFolder folder)
    {
        Gpu gpu = options.GetValue(_gpu) switch { "2d" => Gpu.TwoD, "virgl" => Gpu.Virgl, _ => Gpu.None };
        bool iso = options.GetValue(_iso);
        string[] disks = options.GetValue(_disks) ?? [];
        PackageInstaller.Ensure([
            .. DebianPackage.ForBuild, .. DebianPackage.ForRun,
            .. iso ? DebianPackage.ForIso : [], .. disks.Length == 0 ? [] : DebianPackage.ForDisk,
            .. gpu == Gpu.Virgl ? DebianPackage.ForVirgl : []]);
        CheckDisks(disks);

        string elf = ImageProject.At(options.GetRequiredValue(Project)).Build();
        string bootArchive = BootArchive.Make();
        Machine machine = new()
        {
            Boot = iso
                ? new BootSource.Iso(IsoImage.Make(elf, bootArchive), options.GetValue(_firmware) == "uefi" ? Firmware.Uefi : Firmware.Bios)
                : new BootSource.Kernel(elf, bootArchive),
            Processors = options.GetValue(_processors),
            MemoryMiB = options.GetValue(_memory),
            Gpu = gpu,
            Disks = disks,
            InstructionCount = options.GetValue(_icount),
            Accelerator = Choose(options),
            ExtraArguments = [.. (options.GetValue(_qemuArguments) ?? []).SelectMany(CommandLineParser.SplitCommandLine)],
        };
        // Other kernels have no drivers, and what the host does takes no count of instructions.
        bool hasDrivers = ImageProject.At(options.GetRequiredValue(Project)) == ImageProject.Kernel && !machine.InstructionCount;
        machine = machine with { HasRandomSource = hasDrivers };
        return options.GetValue(_share) is { } share ? SharedFolder.Give(machine, share, hasDrivers, folder) : machine;
    }

    private static void CheckDisks(string[] disks)
    {
        foreach (string disk in disks)
            if (!File.Exists(disk))
                throw new ToolException($"--disk {disk}: there is no such file; make one with: ./build.sh disk create {disk}");
        if (disks.GroupBy(Path.GetFullPath).FirstOrDefault(static same => same.Skip(1).Any()) is { } twice)
            throw new ToolException($"--disk {twice.Last()}: a disk image can be given once only; make another with: ./build.sh disk create FILE");
    }

    private Accelerator Choose(ParseResult options) => options.GetValue(_accelerator) switch
    {
        _ when options.GetValue(_icount) => Accelerator.Tcg,
        "auto" => AcceleratorProbe.Choose(),
        "kvm" => Accelerator.Kvm,
        _ => Accelerator.Tcg,
    };

    private static Option<int> InRange(Option<int> option, int least, int most)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token, ..] && (!int.TryParse(token.Value, out int value) || value < least || value > most))
                result.AddError($"{option.Name} {token.Value}: a whole number from {least} to {most} is needed");
        });
        return option;
    }

    private static Option<string> OneOf(Option<string> option, params string[] values)
    {
        option.CompletionSources.Add(values);
        option.HelpName = string.Join('|', values);
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token, ..] && !values.Contains(token.Value))
                result.AddError($"{option.Name} {token.Value}: one of {string.Join(", ", values)} is needed");
        });
        return option;
    }
}
