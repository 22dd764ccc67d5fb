using MicroLake.Tool.Modules;

namespace MicroLake.Tool.Workspace;

/// <summary>Makes boot.tar, which the guest shows as /boot: what lies in <c>iso/boot</c>, the programs of the system's services, and the modules that ship.</summary>
public static class BootArchive
{
    /// <summary>Programs, by their paths in the archive; their manifests lie in <c>iso/boot/services</c>.</summary>
    private static readonly (string Path, ImageProject Program)[] s_services = [("services/tmp.elf", ImageProject.At("MicroLake.Kernel/TmpService"))];

    /// <summary>Returns the path of the archive. It is written beside and moved into place, so that a running guest's copy stays whole.</summary>
    public static string Make()
    {
        string path = Path.Combine(Repository.Artifacts, "boot.tar");
        string fresh = $"{path}.{Environment.ProcessId}";
        using (TarArchive archive = new(fresh))
        {
            string content = Repository.PathOf("iso/boot");
            foreach (string file in Directory.EnumerateFiles(content, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
                archive.AddFile(Path.GetRelativePath(content, file), file);
            foreach ((string place, ImageProject program) in s_services)
                archive.AddFile(place, program.Build());
            foreach ((string place, string file) in ShippedModules.Make())
                archive.AddFile(place, file);
        }
        File.Move(fresh, path, overwrite: true);
        return path;
    }
}
