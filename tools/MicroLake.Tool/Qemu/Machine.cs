namespace MicroLake.Tool.Qemu;

public enum Accelerator
{
    Tcg,
    Kvm,
}

public enum Gpu
{
    None,

    /// <summary>virtio-gpu with a frame buffer.</summary>
    TwoD,

    /// <summary>virtio-gpu with 3D and compute by virglrenderer.</summary>
    Virgl,
}

public enum Firmware
{
    Bios,
    Uefi,
}

/// <summary>What the guest is started from.</summary>
public abstract record BootSource
{
    /// <summary>QEMU loads the ELF at its PVH entry, with the archive as its initial RAM disk.</summary>
    public sealed record Kernel(string Elf, string BootArchive) : BootSource;

    /// <summary>Firmware starts GRUB from the ISO, and GRUB the kernel.</summary>
    public sealed record Iso(string Path, Firmware Firmware) : BootSource;
}

/// <summary>A virtual machine as the user asked for it.</summary>
public sealed record Machine
{
    public const int DefaultMemoryMiB = 512;

    /// <summary>Half the guest's memory: a copy of a shared folder travels through it.</summary>
    public long ShareLimit => (long)MemoryMiB << 19;

    public required BootSource Boot { get; init; }

    public int Processors { get; init; } = 1;

    public int MemoryMiB { get; init; } = DefaultMemoryMiB;

    public Accelerator Accelerator { get; init; }

    public Gpu Gpu { get; init; }

    /// <summary>Disk images for virtio-blk, each raw unless its name ends in .qcow2; the guest names them blk0, blk1 and so on.</summary>
    public IReadOnlyList<string> Disks { get; init; } = [];

    /// <summary>Whether the host gives random bytes by virtio-rng: the guest's own beginning is worth little where its processor has none.</summary>
    public bool HasRandomSource { get; init; }

    /// <summary>A host folder that the guest reads and writes by 9P.</summary>
    public string? Share { get; init; }

    /// <summary>Time counted in instructions: the same run takes the same time, however loaded the host is.</summary>
    public bool InstructionCount { get; init; }

    /// <summary>Whether the guest may restart itself; otherwise a reset ends QEMU.</summary>
    public bool AllowReboot { get; init; }

    /// <summary>Files handed in by fw_cfg, by name: a host path for each.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    /// <summary>Kernel options, <c>key=value</c>.</summary>
    public IReadOnlyList<string> KernelOptions { get; init; } = [];

    /// <summary>Passed to QEMU as they are, last.</summary>
    public IReadOnlyList<string> ExtraArguments { get; init; } = [];
}

/// <summary>The fw_cfg files that the guest looks for, on direct and on ISO boots.</summary>
public static class GuestFile
{
    /// <summary>Shell commands, separated by line ends or semicolons, that run instead of the prompt.</summary>
    public const string Exec = "opt/microlake/exec";

    /// <summary>A tar archive shown as /host.</summary>
    public const string HostArchive = "opt/microlake/host.tar";

    /// <summary>Kernel options, separated by spaces.</summary>
    public const string KernelOptions = "opt/microlake/cmdline";
}
