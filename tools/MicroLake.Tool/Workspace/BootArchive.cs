namespace MicroLake.Tool.Workspace;

/// <summary>Makes boot.tar, which the guest shows as /boot: what lies in <c>iso/boot</c>, and terminal descriptions.</summary>
public static class BootArchive
{
    /// <summary>.NET's console looks its terminal up here; TERM is one of these names.</summary>
    private static readonly string[] s_terminals = ["xterm", "xterm-256color"];

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
            foreach (string terminal in s_terminals)
                archive.AddFile($"usr/share/terminfo/{terminal[0]}/{terminal}", $"/lib/terminfo/{terminal[0]}/{terminal}");
        }
        File.Move(fresh, path, overwrite: true);
        return path;
    }
}
