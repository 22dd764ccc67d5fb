using System;
using MicroLake.Abi;
using MicroLake.Platform.Memory;

namespace MicroLake.Platform.Process;

/// <summary>The arguments of the program, as its main takes them: from its starter, or the kernel's own name.</summary>
internal static unsafe class ProgramArguments
{
    private const int NameBytes = 10;

    private struct NameStorage
    {
        public fixed byte Text[NameBytes];
        public fixed ulong Texts[2];
    }

    private static NameStorage s_name;
    private static byte** s_texts;

    /// <summary>The texts, ended by a null pointer. After <see cref="Take"/>.</summary>
    public static byte** Texts => s_texts;

    /// <summary>Reads them from what the process was started with; null stands for the kernel. Returns their number.</summary>
    public static int Take(StartInformation* start)
    {
        if (start == null || start->ArgumentCount == 0)
            return TakeKernelName();
        uint count = start->ArgumentCount;
        s_texts = (byte**)Heap.AllocateZeroed(count + 1, (nuint)sizeof(byte*));
        if (s_texts == null)
            return TakeKernelName();
        byte* text = StartInformation.FirstText(start);
        for (uint i = 0; i < count; i++)
        {
            s_texts[i] = text;
            text = StartInformation.Behind(text);
        }

        return (int)count;
    }

    private static int TakeKernelName()
    {
        ReadOnlySpan<byte> text = "microlake"u8;
        fixed (NameStorage* name = &s_name)
        {
            for (int i = 0; i < NameBytes - 1; i++)
                name->Text[i] = text[i];
            name->Texts[0] = (ulong)name->Text;
            s_texts = (byte**)name->Texts;
        }

        return 1;
    }
}
