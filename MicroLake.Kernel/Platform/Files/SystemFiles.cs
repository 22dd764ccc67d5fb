using System;
using MicroLake.Files;
using MicroLake.Files.Remote;
using MicroLake.Sdk;

namespace MicroLake.Platform.Files;

/// <summary>The system's files in a process: the starter gave it a channel to them (<see cref="HandleName"/>).</summary>
public static class SystemFiles
{
    /// <summary>Name of the handle among those of the start.</summary>
    public const string HandleName = "files";

    /// <summary>Mounts what the starter shows. False: it shows nothing.</summary>
    internal static bool TryMount(VirtualFileSystem tree)
    {
        uint handle = StartHandles.Find(HandleName);
        if (handle == 0)
            return false;
        try
        {
            var connection = new FileConnection(new Channel(handle));
            foreach ((string path, FileSystem fileSystem) in connection.Mounts())
                tree.Mount(path, fileSystem);
            return !connection.IsLost;
        }
        catch (Exception failure) when (failure is MessageException or ContractException)
        {
            // The starter is gone already, the channel is in use, or the process's limits leave no room: it has to live without.
            return false;
        }
    }
}
