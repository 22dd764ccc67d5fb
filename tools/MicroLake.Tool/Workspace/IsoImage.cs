using MicroLake.Tool.Host;

namespace MicroLake.Tool.Workspace;

/// <summary>Makes one ISO that GRUB boots by BIOS and by UEFI, with the kernel and boot.tar on it.</summary>
public static class IsoImage
{
    /// <summary>Returns the path of the ISO, made anew when the kernel or the files on it changed.</summary>
    /// <exception cref="ToolException">grub-mkrescue failed; its output is part of the message.</exception>
    public static string Make(string elf, string bootArchive)
    {
        using BuildLock guard = BuildLock.Take();
        string iso = Path.Combine(Repository.Artifacts, "microlake.iso");
        string stamp = Path.Combine(Repository.Artifacts, "microlake.iso.stamp");
        string inputs = Fingerprint.Of([elf, Repository.PathOf("iso")]);
        if (File.Exists(iso) && File.Exists(stamp) && File.ReadAllText(stamp) == inputs)
            return iso;
        Terminal.Note("making the ISO");
        string staging = Path.Combine(Repository.Artifacts, "iso");
        if (Directory.Exists(staging))
            Directory.Delete(staging, recursive: true);
        Directory.CreateDirectory(Path.Combine(staging, "boot/grub"));
        File.Copy(elf, Path.Combine(staging, "boot/microlake.elf"));
        File.Copy(bootArchive, Path.Combine(staging, "boot/boot.tar"));
        File.Copy(Repository.PathOf("iso/grub/grub.cfg"), Path.Combine(staging, "boot/grub/grub.cfg"));

        // A running guest keeps the old file open, so the new one is moved over it.
        string fresh = $"{iso}.new";
        File.Delete(stamp);
        (int status, string output) = ChildProcess.Capture("grub-mkrescue", ["-o", fresh, staging, "--", "-volid", "MICROLAKE"]);
        if (status != 0)
            throw new ToolException($"grub-mkrescue failed with status {status}:\n{output}");
        File.Move(fresh, iso, overwrite: true);
        File.WriteAllText(stamp, inputs);
        return iso;
    }
}
