using System;
using System.Runtime;
using System.Runtime.InteropServices;
using System.Text;
using MicroLake.Files;

namespace MicroLake.Platform.Files;

/// <summary>Directory listings. A stream is a handle to a managed object; its text buffer lives as long as it.</summary>
internal static unsafe class DirectoryCalls
{
    /// <summary>0: the caller needs no buffer, an entry stays valid until the next. Called in managed mode.</summary>
    [RuntimeExport("SystemNative_GetReadDirRBufferSize")]
    private static int GetReadDirRBufferSize() => 0;

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_OpenDir")]
    private static nint OpenDir(byte* path)
    {
        try
        {
            Errno error = Call.Files.OpenDirectory(Call.Path(path), out DirectoryStream? stream);
            if (error == Errno.None)
                return GCHandle.ToIntPtr(GCHandle.Alloc(new OpenDirectory(stream!)));
            Call.SetErrno(error);
        }
        catch (Exception exception)
        {
            Call.Fail(exception);
        }
        return 0;
    }

    /// <summary>0 with an entry, -1 at the end, else an error number.</summary>
    [UnmanagedCallersOnly(EntryPoint = "SystemNative_ReadDirR")]
    private static int ReadDirR(nint directory, byte* buffer, int length, PalDirectoryEntry* output)
    {
        try
        {
            *output = default;
            OpenDirectory open = (OpenDirectory)GCHandle.FromIntPtr(directory).Target!;
            return open.TryRead(out *output) ? 0 : -1;
        }
        catch (Exception exception)
        {
            return (int)Call.ToErrno(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_CloseDir")]
    private static int CloseDir(nint directory)
    {
        try
        {
            GCHandle handle = GCHandle.FromIntPtr(directory);
            (handle.Target as OpenDirectory)?.Dispose();
            handle.Free();
            return 0;
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    private sealed class OpenDirectory(DirectoryStream stream) : IDisposable
    {
        private byte* _name = (byte*)NativeMemory.Alloc(PathLimits.NameBytes + 1);

        public bool TryRead(out PalDirectoryEntry result)
        {
            result = default;
            if (_name is null || !stream.TryRead(out DirectoryEntry entry))
                return false;
            // SAFETY: the buffer holds the longest name and its zero; names were checked when they were made.
            Span<byte> buffer = new(_name, PathLimits.NameBytes + 1);
            int length = Encoding.UTF8.GetBytes(entry.Name, buffer);
            buffer[length] = 0;
            result = new PalDirectoryEntry { Name = _name, NameLength = length, InodeType = PalNodeType.DirectoryType(entry.Kind) };
            return true;
        }

        public void Dispose()
        {
            NativeMemory.Free(_name);
            _name = null;
        }
    }
}
