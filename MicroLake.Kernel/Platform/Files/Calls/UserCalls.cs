using System;
using System.Runtime.InteropServices;
using System.Text;

namespace MicroLake.Platform.Files;

/// <summary>The one user there is: number 0, called root, at home in <c>/tmp</c>, where it can write.</summary>
internal static unsafe class UserCalls
{
    private const string Name = "root";
    private const string Home = "/tmp";

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_GetEGid")]
    private static uint GetEGid() => 0;

    /// <summary>Number of groups besides the user's own: none.</summary>
    [UnmanagedCallersOnly(EntryPoint = "SystemNative_GetGroups")]
    private static int GetGroups(int count, uint* groups) => 0;

    /// <summary>0 when found, -1 when there is no such user, else an error number (contract of pal_uid.h).</summary>
    [UnmanagedCallersOnly(EntryPoint = "SystemNative_GetPwUidR")]
    private static int GetPwUidR(uint user, PalPasswd* output, byte* buffer, int length) => user == 0 ? Fill(output, buffer, length) : -1;

    /// <inheritdoc cref="GetPwUidR"/>
    [UnmanagedCallersOnly(EntryPoint = "SystemNative_GetPwNamR")]
    private static int GetPwNamR(byte* name, PalPasswd* output, byte* buffer, int length)
    {
        try
        {
            return Call.Path(name) == Name ? Fill(output, buffer, length) : -1;
        }
        catch (Exception exception)
        {
            return (int)Call.ToErrno(exception);
        }
    }

    private static int Fill(PalPasswd* output, byte* buffer, int length)
    {
        const int BufferTooShort = 34;
        ReadOnlySpan<byte> text = "root\0/tmp\0\0"u8;
        *output = default;
        if (length < text.Length)
            return BufferTooShort;
        // SAFETY: the caller's contract is a buffer of that length, and the text was seen to fit.
        text.CopyTo(new Span<byte>(buffer, length));
        output->Name = buffer;
        output->HomeDirectory = buffer + Encoding.UTF8.GetByteCount(Name) + 1;
        byte* empty = output->HomeDirectory + Encoding.UTF8.GetByteCount(Home) + 1;
        output->Password = empty;
        output->UserInfo = empty;
        output->Shell = empty;
        return 0;
    }
}
