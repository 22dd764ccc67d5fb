using System;
using System.Runtime;
using System.Runtime.InteropServices;
using System.Threading;
using MicroLake.Files;

namespace MicroLake.Platform.Files;

/// <summary>The terminal calls of System.Console (contracts: pal_console.h of dotnet/runtime).</summary>
internal static unsafe class ConsoleCalls
{
    private const long NanosecondsPerDecisecond = 100_000_000;
    private const long Forever = -1;

    private static int s_minimumCharacters = 1;
    private static int s_deciseconds;
    private static int s_noSignalForBreak;

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_InitializeTerminalAndSignalHandling")]
    private static int InitializeTerminalAndSignalHandling() => 1;

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_IsATty")]
    private static int IsATty(nint descriptor)
    {
        try
        {
            using DescriptorTable.Borrowed borrowed = Call.Files.Descriptors.Borrow(Call.Descriptor(descriptor));
            if (borrowed.File is { Node.IsTerminal: true })
                return 1;
            Call.SetErrno(borrowed.File is null ? Errno.EBADF : Errno.ENOTTY);
        }
        catch (Exception exception)
        {
            Call.Fail(exception);
        }
        return 0;
    }

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_GetWindowSize")]
    private static int GetWindowSize(nint terminal, PalWinSize* output)
    {
        try
        {
            *output = default;
            if (!PlatformFiles.Console.IsTerminal)
                return Call.Result(Errno.ENOTTY);
            TerminalSize size = PlatformFiles.Console.Size;
            *output = new PalWinSize { Row = (ushort)size.Rows, Col = (ushort)size.Columns };
            return 0;
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_SetWindowSize")]
    private static int SetWindowSize(PalWinSize* size) => Call.Result(Errno.ENOTSUP);

    /// <summary>Sends the terminal's string for application keys (terminfo keypad_xmit).</summary>
    [UnmanagedCallersOnly(EntryPoint = "SystemNative_SetKeypadXmit")]
    private static void SetKeypadXmit(nint terminal, byte* terminfo)
    {
        try
        {
            // SAFETY: the caller's contract is a zero-terminated string.
            if (terminfo is not null)
                PlatformFiles.Console.Write(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(terminfo), out _);
        }
        catch (Exception exception)
        {
            Call.Fail(exception);
        }
    }

    /// <summary>How the next reads wait (VMIN and VTIME of termios(3)).</summary>
    [UnmanagedCallersOnly(EntryPoint = "SystemNative_InitializeConsoleBeforeRead")]
    private static void InitializeConsoleBeforeRead(byte minimumCharacters, byte deciseconds)
    {
        Volatile.Write(ref s_minimumCharacters, minimumCharacters);
        Volatile.Write(ref s_deciseconds, deciseconds);
    }

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_UninitializeConsoleAfterRead")]
    private static void UninitializeConsoleAfterRead()
    {
        Volatile.Write(ref s_minimumCharacters, 1);
        Volatile.Write(ref s_deciseconds, 0);
    }

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_ReadStdin")]
    private static int ReadStdin(byte* buffer, int length)
    {
        try
        {
            // SAFETY: the caller's contract is a buffer of that length; a negative one throws.
            return PlatformFiles.Console.Read(new Span<byte>(buffer, length), Timeout());
        }
        catch (Exception exception)
        {
            return Call.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_StdinReady")]
    private static int StdinReady()
    {
        try
        {
            return PlatformFiles.Console.IsReadable ? 1 : 0;
        }
        catch (Exception)
        {
            return 0;
        }
    }

    /// <summary>There are no child processes that could use the terminal.</summary>
    [UnmanagedCallersOnly(EntryPoint = "SystemNative_ConfigureTerminalForChildProcess")]
    private static void ConfigureTerminalForChildProcess(int childUsesTerminal)
    {
    }

    /// <summary>Called in managed mode, so it reads its own copy of the setting.</summary>
    [RuntimeExport("SystemNative_GetSignalForBreak")]
    private static int GetSignalForBreak() => s_noSignalForBreak == 0 ? 1 : 0;

    [UnmanagedCallersOnly(EntryPoint = "SystemNative_SetSignalForBreak")]
    private static int SetSignalForBreak(int signalForBreak)
    {
        try
        {
            s_noSignalForBreak = signalForBreak == 0 ? 1 : 0;
            PlatformFiles.Console.InterruptOnControlC = signalForBreak != 0;
            return 1;
        }
        catch (Exception)
        {
            return 0;
        }
    }

    /// <summary>The special characters of the terminal; those it lacks get the value for "disabled", 0.</summary>
    [UnmanagedCallersOnly(EntryPoint = "SystemNative_GetControlCharacters")]
    private static void GetControlCharacters(int* names, byte* values, int length, byte* disabled)
    {
        *disabled = 0;
        for (int i = 0; i < length; i++)
            values[i] = ControlCharacter(names[i]);
    }

    /// <summary>Names as ControlCharacterNames of pal_console.h numbers them.</summary>
    private static byte ControlCharacter(int name) => name switch
    {
        0 => 0x03, // VINTR, Ctrl-C
        1 => 0x1C, // VQUIT, Ctrl-\
        2 => 0x7F, // VERASE, Backspace
        3 => 0x15, // VKILL, Ctrl-U
        4 => 0x04, // VEOF, Ctrl-D
        14 => 0x17, // VWERASE, Ctrl-W
        _ => 0,
    };

    private static long Timeout()
    {
        int deciseconds = Volatile.Read(ref s_deciseconds);
        return Volatile.Read(ref s_minimumCharacters) > 0 ? Forever : deciseconds * NanosecondsPerDecisecond;
    }
}
