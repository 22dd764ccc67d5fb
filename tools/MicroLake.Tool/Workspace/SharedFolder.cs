using MicroLake.Tool.Host;
using MicroLake.Tool.Qemu;

namespace MicroLake.Tool.Workspace;

/// <summary>Gives a guest the folder of <c>--share</c> as /host: the folder itself by 9P, or where that cannot be, a copy of its files to read.</summary>
public static class SharedFolder
{
    private static readonly Lazy<bool> s_qemuHasNineP = new(() => ChildProcess.Capture(QemuArguments.Program, ["-device", "virtio-9p-pci,help"]).Status == 0);

    /// <param name="share">The host folder, relative to the caller's working folder.</param>
    /// <param name="live">Whether the guest's kernel can use the folder itself, and may.</param>
    /// <param name="folder">Takes the files made for this run.</param>
    /// <exception cref="ToolException">The folder is not there; a copy cannot be made of it.</exception>
    public static Machine Give(Machine machine, string share, bool live, RunFolder folder)
    {
        if (!Directory.Exists(share))
            throw new ToolException($"--share {share}: there is no such folder");
        if (live && s_qemuHasNineP.Value)
            return machine with { Share = Path.GetFullPath(share) };
        if (live)
            Terminal.Note("this QEMU has no 9p: /host is a copy of the folder, which the guest can only read");
        string archive = folder.File("host.tar");
        ShareArchive.Make(share, archive, machine.ShareLimit);
        return machine with { Files = new Dictionary<string, string>(machine.Files) { [GuestFile.HostArchive] = archive } };
    }
}
