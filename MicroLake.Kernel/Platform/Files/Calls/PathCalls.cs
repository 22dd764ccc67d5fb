using System;
using System.Runtime.InteropServices;
using System.Text;
using MicroLake.Files;

namespace MicroLake.Platform.Files;

/// <summary>Making, removing and renaming names; the current directory.</summary>
internal static unsafe class PathCalls
{
    [UnmanagedCallersOnly(EntryPoint = "SystemNative_MkDir")]
    private static int MkDir(byte* path, int mode)
    {
        try
        {
            return Call.Result(Call.Files.CreateDirectory(Call.Path(path), mode));
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_RmDir")]
    private static int RmDir(byte* path)
    {
        try
        {
            return Call.Result(Call.Files.RemoveDirectory(Call.Path(path)));
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_Unlink")]
    private static int Unlink(byte* path)
    {
        try
        {
            return Call.Result(Call.Files.Unlink(Call.Path(path)));
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_Rename")]
    private static int Rename(byte* oldPath, byte* newPath)
    {
        try
        {
            return Call.Result(Call.Files.Rename(Call.Path(oldPath), Call.Path(newPath)));
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_Link")]
    private static int Link(byte* source, byte* link)
    {
        try
        {
            return Call.Result(Call.Files.Link(Call.Path(source), Call.Path(link)));
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_SymLink")]
    private static int SymLink(byte* target, byte* link)
    {
        try
        {
            return Call.Result(Call.Files.SymbolicLink(Call.Path(target), Call.Path(link)));
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    /// <summary>Copies the target without a terminating zero, cut to the buffer; returns its length.</summary>
    [UnmanagedCallersOnly(EntryPoint = "SystemNative_ReadLink")]
    private static int ReadLink(byte* path, byte* buffer, int length)
    {
        try
        {
            Errno error = Call.Files.ReadLink(Call.Path(path), out string target);
            byte[] text = Encoding.UTF8.GetBytes(target);
            int count = Math.Min(text.Length, length);
            // SAFETY: the caller's contract is a buffer of that length.
            text.AsSpan(0, count).CopyTo(new Span<byte>(buffer, length));
            return Call.Result(error, count);
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_ChDir")]
    private static int ChDir(byte* path)
    {
        try
        {
            return Call.Result(Call.Files.ChangeDirectory(Call.Path(path)));
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_GetCwd")]
    private static byte* GetCwd(byte* buffer, int length)
    {
        try
        {
            if (Call.TryCopyText(Call.Files.CurrentDirectory, buffer, length))
                return buffer;
            Call.SetErrno(Errno.ERANGE);
        }
        catch (Exception exception)
        {
            Call.Fail(exception);
        }
        return null;
    }

    /// <summary>Limits of names and paths; others are not known (pathconf(3)).</summary>
    [UnmanagedCallersOnly(EntryPoint = "SystemNative_PathConf")]
    private static int PathConf(byte* path, int name)
    {
        const int NameMax = 4, PathMax = 5;
        switch (name)
        {
            case NameMax:
                return PathLimits.NameBytes;
            case PathMax:
                return PathLimits.PathBytes + 1;
            default:
                return Call.Result(Errno.EINVAL);
        }
    }
}
