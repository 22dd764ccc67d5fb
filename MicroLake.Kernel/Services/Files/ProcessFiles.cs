using MicroLake.Files;
using MicroLake.Platform.Files;

namespace MicroLake.Services.Files;

/// <summary>What processes see of the system's files: no devices, and nothing of the kernel's own state.</summary>
public static class ProcessFiles
{
    /// <summary>The most files that a process may have open.</summary>
    public const int OpenFiles = 1024;

    private static readonly string[] s_shown = ["/boot", "/data", "/host", "/tmp"];

    /// <summary>The tree as it is mounted now.</summary>
    public static VirtualFileSystem Tree()
    {
        var tree = new VirtualFileSystem();
        foreach ((string path, FileSystem fileSystem) in PlatformFiles.Root.Mounts)
            if (s_shown.Contains(path))
                tree.Mount(path, fileSystem);
        return tree;
    }
}
