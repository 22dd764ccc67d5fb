using System;
using System.Runtime;
using MicroLake.Platform.Runtime;

namespace MicroLake.Platform.Process;

/// <summary>The ends of the program: abort, exit, and a main that returned.</summary>
internal static unsafe class Abort
{
    private const int LastWordsBytes = 4096;

    private struct LastWords
    {
        public fixed byte Bytes[LastWordsBytes];
    }

    private static LastWords s_lastWords;
    private static int s_length;

    /// <summary>Keeps what the runtime says before it aborts (an unhandled exception, a failed invariant).</summary>
    public static void Remember(byte* text, int length)
    {
        KernelCall.LogWrite(text, length);
        fixed (LastWords* words = &s_lastWords)
            for (int i = 0; i < length && s_length < LastWordsBytes; i++)
                words->Bytes[s_length++] = text[i];
    }

    public static void With(ReadOnlySpan<byte> message)
    {
        fixed (byte* text = message)
            KernelCall.Panic(text, message.Length);
    }

    [RuntimeExport("abort")]
    private static void Now()
    {
        fixed (LastWords* words = &s_lastWords)
        {
            if (s_length != 0)
                KernelCall.Panic(words->Bytes, s_length);
        }

        With("the runtime aborted"u8);
    }

    [RuntimeExport("SystemNative_Abort")]
    private static void NowManaged() => Now();

    [RuntimeExport("__stack_chk_fail")]
    private static void StackSmashed() => With("a stack buffer of the runtime was overrun"u8);

    [RuntimeExport("exit")]
    private static void Exit(int status) => MainReturned(status);

    [RuntimeExport("_exit")]
    private static void ExitNow(int status) => MainReturned(status);

    [RuntimeExport("SystemNative_Exit")]
    private static void ExitManaged(int status) => MainReturned(status);

    [RuntimeExport("atexit")]
    private static int AtExit(void* handler) => 0;

    public static void MainReturned(int status) => KernelCall.ProcessExit(status);
}
