using MicroLake.Files;

namespace MicroLake.Storage;

/// <summary>Says damage that was found by inode with the file's name.</summary>
internal static class DamagedFiles
{
    public static void Report(DiskFileSystem fileSystem, IReadOnlyList<(long Inode, string Text)> problems, Action<string> log)
    {
        string mountPath = fileSystem.Volume.MountPath;
        foreach ((long inode, string text) in problems)
            log(inode == 0
                ? $"{mountPath}: the inode table is damaged: {text}"
                : $"{PathOf(fileSystem, inode) ?? $"{mountPath}: the file of inode {inode}"} is damaged: {text}");
    }

    /// <summary>A path that leads to an inode; null: none is found, or the directories on the way are damaged, too.</summary>
    private static string? PathOf(DiskFileSystem fileSystem, long inode)
    {
        if (inode == DiskLayout.RootInode)
            return fileSystem.Volume.MountPath + "/";
        var seen = new Bitmap(fileSystem.Volume.Inodes.Count);
        var folders = new Stack<DiskDirectory>();
        folders.Push((DiskDirectory)fileSystem.Root);
        while (folders.TryPop(out DiskDirectory? folder))
        {
            if (seen[folder.Inode])
                continue;
            seen.Set(folder.Inode);
            if (folder.NameOf(inode) is { } name)
                return DiskNode.PathOf(folder, name, fileSystem.Volume.MountPath);
            _ = folder.List(out IReadOnlyList<DirectoryEntry> entries);
            foreach (DirectoryEntry entry in entries)
                if (entry.Kind == NodeKind.Directory && folder.Lookup(entry.Name, out Node? child) == Errno.None)
                    folders.Push((DiskDirectory)child!);
        }

        return null;
    }
}
