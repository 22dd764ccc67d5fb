using System.Buffers.Binary;

namespace MicroLake.Bench.Linux;

/// <summary>A kernel of Debian, fetched from its package once and kept.</summary>
/// <param name="MetaPackage">The package that depends on the newest.</param>
/// <param name="Modules">Modules to take out, in an order in which they can be loaded; relative to the kernel's folder of modules.</param>
internal sealed record DebianKernel(string MetaPackage, IReadOnlyList<string> Modules)
{
    /// <summary>The smallest, whose boot is measured.</summary>
    public static readonly DebianKernel Cloud = new("linux-image-cloud-amd64", []);

    /// <summary>The common one: the cloud's has no 9P, and its disks no modules.</summary>
    public static readonly DebianKernel WithDrivers = new("linux-image-amd64",
    [
        "drivers/virtio/virtio_ring.ko", "drivers/virtio/virtio.ko", "drivers/virtio/virtio_pci_legacy_dev.ko", "drivers/virtio/virtio_pci_modern_dev.ko",
        "drivers/virtio/virtio_pci.ko", "net/9p/9pnet.ko", "net/9p/9pnet_virtio.ko", "fs/netfs/netfs.ko", "fs/fscache/fscache.ko", "fs/9p/9p.ko",
        "drivers/block/virtio_blk.ko", "lib/crc16.ko", "crypto/crc32c_generic.ko", "lib/libcrc32c.ko", "fs/mbcache.ko", "fs/jbd2/jbd2.ko", "fs/ext4/ext4.ko",
    ]);

    /// <summary>
    /// Path of the kernel to boot: the uncompressed ELF, which QEMU enters at its PVH entry as it does MicroLake, so that
    /// Linux does not pay for a decompressor. Where its packing is not known, the compressed image. And the paths of the modules.
    /// </summary>
    /// <exception cref="BenchException">It cannot be fetched.</exception>
    public (string Kernel, IReadOnlyList<string> Modules) Ensure(string folder, TextWriter log)
    {
        string elf = Path.Combine(folder, "vmlinux"), packed = Path.Combine(folder, "vmlinuz");
        string[] modules = [.. Modules.Select(module => Path.Combine(folder, Path.GetFileName(module)))];
        if (!(File.Exists(elf) || File.Exists(packed)) || !modules.All(File.Exists))
            Fetch(folder, packed, log);
        if (File.Exists(elf))
            return (elf, modules);
        if (Unpack(File.ReadAllBytes(packed)) is not { } image)
            return (packed, modules);
        File.WriteAllBytes(elf + ".part", image);
        File.Move(elf + ".part", elf);
        return (elf, modules);
    }

    /// <summary>The ELF inside a bzImage (Linux, Documentation/arch/x86/boot.rst: payload_offset, payload_length), or null when it is packed otherwise.</summary>
    internal static byte[]? Unpack(ReadOnlySpan<byte> image)
    {
        const int SetupSectors = 0x1f1, Signature = 0x202, PayloadOffset = 0x248, PayloadLength = 0x24c;
        if (image.Length < 0x250 || !image[Signature..].StartsWith("HdrS"u8))
            return null;
        long start = ((image[SetupSectors] + 1L) * 512) + BinaryPrimitives.ReadUInt32LittleEndian(image[PayloadOffset..]);
        long length = BinaryPrimitives.ReadUInt32LittleEndian(image[PayloadLength..]);
        if (length < 8 || start + length > image.Length)
            return null;
        ReadOnlySpan<byte> payload = image.Slice((int)start, (int)length);
        if (!Lz4Legacy.IsFrame(payload))
            return null;
        return Lz4Legacy.Decompress(payload[..^4], BinaryPrimitives.ReadInt32LittleEndian(payload[^4..]));
    }

    private void Fetch(string folder, string packed, TextWriter log)
    {
        string download = Path.Combine(folder, "package");
        if (Directory.Exists(download))
            Directory.Delete(download, recursive: true);
        Directory.CreateDirectory(download);
        string package = HostProgram.Run("apt-cache", ["depends", MetaPackage], download).Split('\n')
            .Select(l => l.Trim()).Where(l => l.StartsWith("Depends: linux-image-", StringComparison.Ordinal)).Select(l => l["Depends: ".Length..]).FirstOrDefault()
            ?? throw new BenchException($"apt does not know {MetaPackage}; update its lists with: apt-get update");
        log.WriteLine($"fetching {package} from Debian");
        HostProgram.Run("apt-get", ["-q", "-o", "APT::Sandbox::User=root", "download", package], download);
        string archive = Directory.GetFiles(download, "*.deb").FirstOrDefault() ?? throw new BenchException($"apt-get did not fetch {package}");
        HostProgram.Run("dpkg-deb", ["-x", archive, download], download);
        string image = Directory.GetFiles(Path.Combine(download, "boot"), "vmlinuz-*").FirstOrDefault() ?? throw new BenchException($"{package} holds no kernel");
        string tree = Modules.Count == 0 ? "" : Path.Combine(Directory.GetDirectories(Path.Combine(download, "lib/modules")).Single(), "kernel");
        foreach (string module in Modules)
            File.Copy(Path.Combine(tree, module), Path.Combine(folder, Path.GetFileName(module)), overwrite: true);
        File.Copy(image, packed, overwrite: true);
        Directory.Delete(download, recursive: true);
    }
}
