using System;
using System.Runtime;
using System.Runtime.InteropServices;
using MicroLake.Files;

namespace MicroLake.Platform.Files;

/// <summary>What files are, and changing modes and times.</summary>
internal static unsafe class StatusCalls
{
    /// <summary>Hidden flags belong to other systems; called without leaving managed mode.</summary>
    [RuntimeExport("SystemNative_CanGetHiddenFlag")]
    private static int CanGetHiddenFlag() => 0;

    /// <inheritdoc cref="CanGetHiddenFlag"/>
    [RuntimeExport("SystemNative_LChflagsCanSetHiddenFlag")]
    private static int LChflagsCanSetHiddenFlag() => 0;

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_LChflags")]
    private static int LChflags(byte* path, uint flags) => Call.Result(Errno.ENOTSUP);

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_FChflags")]
    private static int FChflags(nint descriptor, uint flags) => Call.Result(Errno.ENOTSUP);

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_Stat")]
    private static int Stat(byte* path, PalFileStatus* output) => StatPath(path, true, output);

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_LStat")]
    private static int LStat(byte* path, PalFileStatus* output) => StatPath(path, false, output);

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_FStat")]
    private static int FStat(nint descriptor, PalFileStatus* output)
    {
        try
        {
            Errno error = Call.Files.Status(Call.Descriptor(descriptor), out NodeStatus status);
            if (error == Errno.None)
                *output = PalFileStatus.From(status);
            return Call.Result(error);
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_Access")]
    private static int Access(byte* path, int mode)
    {
        try
        {
            return Call.Result(Call.Files.Access(Call.Path(path), (AccessMode)mode));
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_ChMod")]
    private static int ChMod(byte* path, int mode)
    {
        try
        {
            return Call.Result(Call.Files.SetMode(Call.Path(path), mode));
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_FChMod")]
    private static int FChMod(nint descriptor, int mode)
    {
        try
        {
            return Call.Result(Call.Files.SetMode(Call.Descriptor(descriptor), mode));
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    /// <summary>Sets access and modification time (two elements); does not follow a link at the end of the path.</summary>
    [UnmanagedCallersOnly(EntryPoint = "SystemNative_UTimensat")]
    private static int UTimensat(byte* path, PalTimeSpec* times)
    {
        try
        {
            return Call.Result(Call.Files.SetTimes(Call.Path(path), false, times[0].ToUnixNanoseconds(), times[1].ToUnixNanoseconds()));
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_FUTimens")]
    private static int FUTimens(nint descriptor, PalTimeSpec* times)
    {
        try
        {
            return Call.Result(Call.Files.SetTimes(Call.Descriptor(descriptor), times[0].ToUnixNanoseconds(), times[1].ToUnixNanoseconds()));
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    private static int StatPath(byte* path, bool follow, PalFileStatus* output)
    {
        try
        {
            Errno error = Call.Files.Status(Call.Path(path), follow, out NodeStatus status);
            if (error == Errno.None)
                *output = PalFileStatus.From(status);
            return Call.Result(error);
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }
}
