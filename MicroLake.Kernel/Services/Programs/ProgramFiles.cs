namespace MicroLake.Services.Programs;

/// <summary>
/// Programs read from files, kept while a process runs them and until the collector takes them: who runs the same file again shares its
/// code, and it is not read and checked anew.
/// </summary>
public static class ProgramFiles
{
    private sealed record Known(string Path, long Length, DateTime Written, WeakReference<ElfProgram> Program);

    private static readonly List<Known> s_known = [];

    /// <summary>The program in that file as it is now: its time and length tell whether it has changed.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="ElfFormatException">It is not a program that this system runs.</exception>
    public static ElfProgram Read(string path)
    {
        var file = new FileInfo(path);
        lock (s_known)
        {
            _ = s_known.RemoveAll(known => !known.Program.TryGetTarget(out _));
            foreach (Known known in s_known)
                if (file.Exists && known.Path == file.FullName && known.Length == file.Length && known.Written == file.LastWriteTimeUtc
                    && known.Program.TryGetTarget(out ElfProgram? same))
                    return same;
            ElfProgram program = ElfProgram.Read(File.ReadAllBytes(path));
            _ = s_known.RemoveAll(known => known.Path == file.FullName);
            s_known.Add(new Known(file.FullName, file.Length, file.LastWriteTimeUtc, new WeakReference<ElfProgram>(program)));
            return program;
        }
    }
}
