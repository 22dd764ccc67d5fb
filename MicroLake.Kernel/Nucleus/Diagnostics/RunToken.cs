using System;
using System.Runtime.InteropServices;
using MicroLake.Nucleus.Boot;

namespace MicroLake.Nucleus.Diagnostics;

/// <summary>
/// The word that whoever started the machine gave to this run (kernel option <c>token=WORD</c>). Messages to it carry the word, so
/// that text which only looks like a message is not taken for one.
/// </summary>
internal static unsafe class RunToken
{
    private static byte* s_text;
    private static int s_length;

    /// <summary>Reads the options; what the machine's starter handed in counts before the loader's command line.</summary>
    public static void Load()
    {
        ulong bytes;
        byte* options;
        fixed (byte* name = "cmdline"u8)
            options = FirmwareConfiguration.Find(name, 7, &bytes);
        if (options != null && TryTake(MemoryMarshal.CreateReadOnlySpan(ref *options, (int)bytes)))
            return;
        _ = TryTake(BootInformation.Line(Startup.Information));
    }

    /// <summary>Writes a message to the machine's starter: an application program command string (ECMA-48, 8.3.2).</summary>
    public static void WriteMessage(ReadOnlySpan<byte> text)
    {
        Log.Text("\x1b_ML;"u8);
        Log.Text(text);
        if (s_length != 0)
        {
            Log.Text(";"u8);
            Log.Bytes(s_text, s_length);
        }

        Log.Text("\x1b\\"u8);
    }

    private static bool TryTake(ReadOnlySpan<byte> options)
    {
        if (!CommandLine.TryGetValue(options, "token"u8, out ReadOnlySpan<byte> token))
            return false;
        // The options lie in memory that is never released.
        fixed (byte* text = token)
            s_text = text;
        s_length = token.Length;
        return true;
    }
}
