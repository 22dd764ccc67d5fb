using System;
using System.Runtime;
using System.Runtime.CompilerServices;
using MicroLake.Abi;

namespace MicroLake.Program;

/// <summary>The handles that the process was started with, by name.</summary>
internal static unsafe class StartHandles
{
    /// <summary>The handle of that name; 0: there is none.</summary>
    public static uint Find(ReadOnlySpan<byte> name)
    {
        fixed (byte* text = name)
            return Find(text, name.Length);
    }

    [RuntimeExport("mk_start_handle")]
    private static uint Find(byte* name, int length)
    {
        StartInformation* start = Information();
        if (start == null)
            return 0;
        byte* at = StartInformation.FirstText(start);
        for (uint texts = start->ArgumentCount + start->VariableCount; texts > 0; texts--)
            at = StartInformation.Behind(at);
        for (uint i = 0; i < start->HandleCount; i++)
        {
            uint handle = Unsafe.ReadUnaligned<uint>(at);
            at += sizeof(uint);
            if (IsText(at, name, length))
                return handle;
            at = StartInformation.Behind(at);
        }

        return 0;
    }

    private static bool IsText(byte* text, byte* name, int length)
    {
        for (int i = 0; i < length; i++)
            if (text[i] != name[i])
                return false;
        return text[length] == 0;
    }

    [RuntimeImport("*", "program_start_information")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern StartInformation* Information();
}
