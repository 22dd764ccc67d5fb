using System;
using System.Runtime.InteropServices;
using MicroLake.Files;

namespace MicroLake.Platform.Files;

/// <summary>Files and directories with new names (mkstemps(3), mkdtemp(3)): the X's of the template are filled in.</summary>
internal static unsafe class TemporaryCalls
{
    private const int Attempts = 100;

    /// <summary>Octal 600 and 700: what mkstemp(3) and mkdtemp(3) give, nothing for others.</summary>
    private const int FileMode = 0x180, DirectoryMode = 0x1C0;

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_MksTemps")]
    private static nint MksTemps(byte* template, int suffixLength)
    {
        try
        {
            Errno error = Errno.EEXIST;
            int descriptor = -1;
            for (int attempt = 0; attempt < Attempts && error == Errno.EEXIST; attempt++)
            {
                error = Fill(template, suffixLength);
                if (error == Errno.None)
                    error = Call.Files.Open(Call.Path(template), OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.Exclusive, FileMode, out descriptor);
            }
            return Call.Result(error, descriptor);
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_MkdTemp")]
    private static byte* MkdTemp(byte* template)
    {
        try
        {
            Errno error = Errno.EEXIST;
            for (int attempt = 0; attempt < Attempts && error == Errno.EEXIST; attempt++)
            {
                error = Fill(template, 0);
                if (error == Errno.None)
                    error = Call.Files.CreateDirectory(Call.Path(template), DirectoryMode);
            }
            if (error == Errno.None)
                return template;
            Call.SetErrno(error);
        }
        catch (Exception exception)
        {
            Call.Fail(exception);
        }
        return null;
    }

    private static Errno Fill(byte* template, int suffixLength)
    {
        const int Blanks = 6;
        // SAFETY: the caller's contract is a writable zero-terminated string; only bytes before its end are written.
        int length = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(template).Length;
        if (suffixLength < 0 || length < suffixLength + Blanks)
            return Errno.EINVAL;
        Span<byte> blanks = new(template + length - suffixLength - Blanks, Blanks);
        Random.Shared.GetItems("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"u8, blanks);
        return Errno.None;
    }
}
