using MicroLake.Bench.Guests;
using MicroLake.Bench.Linux;
using MicroLake.Bench.Report;
using MicroLake.Storage;
using MicroLake.Tool.Host;
using MicroLake.Tool.Qemu;
using MicroLake.Tool.Workspace;

namespace MicroLake.Bench.Files;

/// <summary>
/// Files of a host folder in the guest, beside Linux's 9P without its cache on the same device; and files on a disk, beside ext4 on a disk of the same
/// size and kind.
/// </summary>
public sealed class FileBenchmark : IBenchmark
{
    private const long DiskBytes = 256 << 20;

    private static readonly DebianPackage s_makeExt4 = new("e2fsprogs", "/sbin/mkfs.ext4");

    public string Name => "file";

    public string Summary => "files of a host folder and of a disk in the guest, beside 9P and ext4 on Linux";

    public IReadOnlyList<Figure> Run(BenchContext context)
    {
        if (context.CountInstructions)
        {
            context.Log.WriteLine($"{Name}: left out, what the host's disk does takes no count of instructions");
            return [];
        }

        DirectoryInfo folder = Directory.CreateTempSubdirectory("microlake-bench-file");
        try
        {
            string share = folder.CreateSubdirectory("share").FullName;
            string ours = Path.Combine(folder.FullName, "lake.img"), theirs = Path.Combine(folder.FullName, "ext4.img");
            using (var disk = DiskFile.Create(ours, DiskBytes))
                DiskFormat.Create(disk);
            if (context.WithPeers)
                MakeExt4(theirs);
            return GuestComparison.Run(context, Name, devices: QemuArguments.SharedFolder(share), ownDevices: (QemuArguments.Disk(ours), QemuArguments.Disk(theirs)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void MakeExt4(string path)
    {
        PackageInstaller.Ensure([s_makeExt4]);
        using (FileStream image = File.Create(path))
            image.SetLength(DiskBytes);
        HostProgram.Run(s_makeExt4.Evidence, ["-q", "-F", path], Path.GetDirectoryName(path)!);
    }
}
