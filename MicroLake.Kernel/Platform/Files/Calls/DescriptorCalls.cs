using System;
using System.Runtime.InteropServices;
using MicroLake.Files;

namespace MicroLake.Platform.Files;

/// <summary>Open, close, read, write, seek (contracts: pal_io.h of dotnet/runtime).</summary>
internal static unsafe class DescriptorCalls
{
    [UnmanagedCallersOnly(EntryPoint = "SystemNative_Open")]
    private static nint Open(byte* path, int flags, int mode)
    {
        try
        {
            if (!PalOpenFlags.TryConvert(flags, out OpenFlags converted))
                return Call.Result(Errno.EINVAL);
            Errno error = Call.Files.Open(Call.Path(path), converted, mode, out int descriptor);
            return Call.Result(error, descriptor);
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_Close")]
    private static int Close(nint descriptor)
    {
        try
        {
            return Call.Result(Call.Files.Close(Call.Descriptor(descriptor)));
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_Dup")]
    private static nint Dup(nint descriptor)
    {
        try
        {
            Errno error = Call.Files.Descriptors.Duplicate(Call.Descriptor(descriptor), out int copy);
            return Call.Result(error, copy);
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_Read")]
    private static int Read(nint descriptor, byte* buffer, int length)
    {
        try
        {
            // SAFETY (here and below): the caller's contract is a buffer of that length; a negative one throws.
            Errno error = Call.Files.Read(Call.Descriptor(descriptor), new Span<byte>(buffer, length), out int count);
            return Call.Result(error, count);
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_Write")]
    private static int Write(nint descriptor, byte* buffer, int length)
    {
        try
        {
            Errno error = Call.Files.Write(Call.Descriptor(descriptor), new ReadOnlySpan<byte>(buffer, length), out int count);
            return Call.Result(error, count);
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_PRead")]
    private static int PRead(nint descriptor, byte* buffer, int length, long offset)
    {
        try
        {
            Errno error = Call.Files.ReadAt(Call.Descriptor(descriptor), offset, new Span<byte>(buffer, length), out int count);
            return Call.Result(error, count);
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_PWrite")]
    private static int PWrite(nint descriptor, byte* buffer, int length, long offset)
    {
        try
        {
            Errno error = Call.Files.WriteAt(Call.Descriptor(descriptor), offset, new ReadOnlySpan<byte>(buffer, length), out int count);
            return Call.Result(error, count);
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_LSeek")]
    private static long LSeek(nint descriptor, long offset, int whence)
    {
        try
        {
            Errno error = Call.Files.Seek(Call.Descriptor(descriptor), offset, (SeekFrom)whence, out long position);
            return Call.Result(error, position);
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_FTruncate")]
    private static int FTruncate(nint descriptor, long length)
    {
        try
        {
            return Call.Result(Call.Files.Truncate(Call.Descriptor(descriptor), length));
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_FAllocate")]
    private static int FAllocate(nint descriptor, long offset, long length)
    {
        try
        {
            return Call.Result(Call.Files.Allocate(Call.Descriptor(descriptor), offset, length));
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_FSync")]
    private static int FSync(nint descriptor)
    {
        try
        {
            return Call.Result(Call.Files.Synchronize(Call.Descriptor(descriptor)));
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    /// <summary>Advice changes nothing for files in memory. Returns the error itself, not -1 (posix_fadvise(2)).</summary>
    [UnmanagedCallersOnly(EntryPoint = "SystemNative_PosixFAdvise")]
    private static int PosixFAdvise(nint descriptor, long offset, long length, int advice)
    {
        try
        {
            return (int)Call.Files.Status(Call.Descriptor(descriptor), out _);
        }
        catch (Exception exception)
        {
            return (int)Call.ToErrno(exception);
        }
    }

    /// <summary>There are no processes to pass descriptors to: the flag is accepted and means nothing.</summary>
    [UnmanagedCallersOnly(EntryPoint = "SystemNative_FcntlSetFD")]
    private static int FcntlSetFD(nint descriptor, int flags)
    {
        try
        {
            return Call.Result(Call.Files.Status(Call.Descriptor(descriptor), out _));
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_CopyFile")]
    private static int CopyFile(nint source, nint destination, long sourceLength)
    {
        try
        {
            return Call.Result(FileCopy.Run(Call.Files, Call.Descriptor(source), Call.Descriptor(destination)));
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    /// <summary>There are no pipes.</summary>
    [UnmanagedCallersOnly(EntryPoint = "SystemNative_Pipe")]
    private static int Pipe(int* descriptors, int flags)
    {
        Call.SetErrno(Errno.ENOSYS);
        return -1;
    }
}
