using System;
using System.Runtime.InteropServices;
using System.Text;
using MicroLake.Files;

namespace MicroLake.Platform.Files;

/// <summary>What is mounted and how much room it has (DriveInfo).</summary>
internal static unsafe class MountCalls
{
    /// <summary>The statfs(2) number of the file's file system; 0 on failure.</summary>
    [UnmanagedCallersOnly(EntryPoint = "SystemNative_GetFileSystemType")]
    private static uint GetFileSystemType(nint descriptor)
    {
        try
        {
            Errno error = Call.Files.FindFileSystem(Call.Descriptor(descriptor), out FileSystem? fileSystem);
            if (error == Errno.None)
                return fileSystem!.Magic;
            Call.SetErrno(error);
        }
        catch (Exception exception)
        {
            Call.Fail(exception);
        }
        return 0;
    }

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_GetAllMountPoints")]
    private static int GetAllMountPoints(delegate* unmanaged<void*, byte*, void> onFound, void* context)
    {
        try
        {
            foreach ((string path, _) in PlatformFiles.Root.Mounts)
            {
                byte[] text = [.. Encoding.UTF8.GetBytes(path), 0];
                // SAFETY: the callback reads the zero-terminated name during the call only.
                fixed (byte* name = text)
                    onFound(context, name);
            }
            return 0;
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_GetSpaceInfoForMountPoint")]
    private static int GetSpaceInfoForMountPoint(byte* name, PalMountPointInformation* output)
    {
        try
        {
            Errno error = Call.Files.FindFileSystem(Call.Path(name), out FileSystem? fileSystem);
            FileSystemSpace space = fileSystem?.Space ?? default;
            *output = new PalMountPointInformation
            {
                AvailableFreeSpace = (ulong)space.Free,
                TotalFreeSpace = (ulong)space.Free,
                TotalSize = (ulong)space.Total,
            };
            return Call.Result(error);
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    /// <summary>
    /// The name of the file system's kind. The number stays -1: where there is one, the caller shows that number's name instead, and
    /// several kinds share one.
    /// </summary>
    [UnmanagedCallersOnly(EntryPoint = "SystemNative_GetFormatInfoForMountPoint")]
    private static int GetFormatInfoForMountPoint(byte* name, byte* buffer, int length, long* formatType)
    {
        try
        {
            *formatType = -1;
            Errno error = Call.Files.FindFileSystem(Call.Path(name), out FileSystem? fileSystem);
            if (error != Errno.None)
                return Call.Result(error);
            return Call.Result(Call.TryCopyText(fileSystem!.TypeName, buffer, length) ? Errno.None : Errno.ERANGE);
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }
}
