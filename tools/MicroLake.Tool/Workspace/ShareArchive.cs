using MicroLake.Tool.Host;

namespace MicroLake.Tool.Workspace;

/// <summary>Packs the folder given by <c>--share</c>, which the guest shows as /host.</summary>
public static class ShareArchive
{
    /// <param name="folder">The host folder, relative to the caller's working folder.</param>
    /// <param name="path">Where the archive goes.</param>
    /// <param name="limit">The most bytes of files that fit in the guest.</param>
    /// <exception cref="ToolException">The folder is not there, cannot be read, or is larger than the limit.</exception>
    public static void Make(string folder, string path, long limit)
    {
        if (!Directory.Exists(folder))
            throw new ToolException($"--share {folder}: there is no such folder");
        try
        {
            long total = 0;
            using TarArchive archive = new(path);
            Add(archive, new DirectoryInfo(folder), "", limit, ref total, folder);
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or IOException)
        {
            throw new ToolException($"--share {folder}: {failure.Message}");
        }
    }

    private static void Add(TarArchive archive, DirectoryInfo folder, string prefix, long limit, ref long total, string root)
    {
        foreach (FileSystemInfo entry in folder.EnumerateFileSystemInfos().OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            string name = prefix + entry.Name;
            switch (entry)
            {
                // A link to a folder may lead in a circle, so only links to files are followed.
                case DirectoryInfo { LinkTarget: not null }:
                    Terminal.Warn($"--share leaves out {name}: a link to a folder");
                    break;
                case DirectoryInfo sub:
                    archive.AddFolder(name);
                    Add(archive, sub, name + "/", limit, ref total, root);
                    break;
                default:
                    FileInfo file = Resolve((FileInfo)entry);
                    if (!file.Exists)
                    {
                        Terminal.Warn($"--share leaves out {name}: a link that leads nowhere");
                        break;
                    }
                    total += file.Length;
                    if (total > limit)
                        throw new ToolException($"--share {root} holds more than {limit >> 20} MiB, half of the guest's memory; share less or give a larger --mem");
                    archive.AddFile(name, file.FullName);
                    break;
            }
        }
    }

    private static FileInfo Resolve(FileInfo file) =>
        file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
}
