namespace MicroLake.Tool.Host;

/// <summary>A Debian package and the file or program that shows it is there (a path, or a name looked up on PATH).</summary>
public sealed record DebianPackage(string Name, string Evidence)
{
    public bool IsInstalled => Path.IsPathRooted(Evidence) ? Path.Exists(Evidence) : ChildProcess.Find(Evidence) is not null;

    /// <summary>To make the kernel image, and the probe that tries an accelerator.</summary>
    public static readonly DebianPackage[] ForBuild =
    [
        new("clang", "clang"),
        new("lld", "ld.lld"),
        new("llvm", "llvm-objcopy"),
        new("nasm", "nasm"),
        new("musl-dev", "/usr/lib/x86_64-linux-musl/libc.a"),
        new("libsodium-dev", "/usr/lib/x86_64-linux-gnu/libsodium.a"),
    ];

    /// <summary>To boot the image.</summary>
    public static readonly DebianPackage[] ForRun =
    [
        new("qemu-system-x86", "qemu-system-x86_64"),
        new("seabios", "/usr/share/seabios/bios-256k.bin"),
    ];

    /// <summary>To make the ISO, and to boot it by UEFI.</summary>
    public static readonly DebianPackage[] ForIso =
    [
        new("xorriso", "xorriso"),
        new("mtools", "mcopy"),
        new("grub-common", "grub-mkrescue"),
        new("grub-pc-bin", "/usr/lib/grub/i386-pc/multiboot2.mod"),
        new("grub-efi-amd64-bin", "/usr/lib/grub/x86_64-efi/multiboot2.mod"),
        new("ovmf", "/usr/share/OVMF/OVMF_CODE_4M.fd"),
    ];

    /// <summary>For a disk image's formats.</summary>
    public static readonly DebianPackage[] ForDisk = [new("qemu-utils", "qemu-img")];

    /// <summary>For a GPU with 3D inside the guest: virglrenderer on an off-screen SDL display.</summary>
    public static readonly DebianPackage[] ForVirgl =
    [
        new("qemu-system-gui", "/usr/lib/x86_64-linux-gnu/qemu/ui-sdl.so"),
        new("libvirglrenderer1", "/usr/lib/x86_64-linux-gnu/libvirglrenderer.so.1"),
        new("libgl1-mesa-dri", "/usr/lib/x86_64-linux-gnu/dri/swrast_dri.so"),
        new("libegl1", "/usr/lib/x86_64-linux-gnu/libEGL.so.1"),
        new("libsdl2-2.0-0", "/usr/lib/x86_64-linux-gnu/libSDL2-2.0.so.0"),
    ];

    /// <summary>What tests read besides the image: the ONNX project's own operator cases.</summary>
    public static readonly DebianPackage[] ForTest = [new("libonnx-testdata", "/usr/include/onnx/backend/test/data")];

    /// <summary>To compile policies: any clang with the BPF target, which Debian's has.</summary>
    public static readonly DebianPackage[] ForPolicies = [new("clang", "clang")];

    /// <summary>To sign modules, and to check signatures.</summary>
    public static readonly DebianPackage[] ForModules = [new("libsodium-dev", "/usr/lib/x86_64-linux-gnu/libsodium.a")];

    /// <summary>To debug.</summary>
    public static readonly DebianPackage[] ForDebug = [new("gdb", "gdb")];

    /// <summary>Everything that some verb may need; virgl's packages come only when that GPU is asked for.</summary>
    public static IEnumerable<DebianPackage> All => [.. ForBuild, .. ForRun, .. ForIso, .. ForDisk, .. ForModules, .. ForTest, .. ForDebug];
}
