using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MicroLake.Nucleus.Boot;

/// <summary>What the loader said, copied out of its memory: both protocols fill this one form.</summary>
internal unsafe struct BootInformation
{
    public const int MaxRanges = 128;
    public const int MaxModules = 8;
    public const int MaxCommandLine = 2048;

    public ulong RsdpAddress;
    public int RangeCount;
    public int ModuleCount;
    public int CommandLineLength;
    public RangeArray Ranges;
    public ModuleArray Modules;
    public fixed byte CommandLine[MaxCommandLine];

    /// <summary>A range of physical memory; <see cref="Usable"/> is 1 for RAM that the kernel may use.</summary>
    public struct Range
    {
        public ulong Start, Length;
        public uint Usable;
    }

    public struct Module
    {
        public ulong Start, Length;
    }

    [InlineArray(MaxRanges)]
    public struct RangeArray
    {
        private Range _first;
    }

    [InlineArray(MaxModules)]
    public struct ModuleArray
    {
        private Module _first;
    }

    public static Range* RangeAt(BootInformation* information, int index) => (Range*)&information->Ranges + index;

    public static Module* ModuleAt(BootInformation* information, int index) => (Module*)&information->Modules + index;

    public static void AddRange(BootInformation* information, ulong start, ulong length, bool usable)
    {
        if (information->RangeCount == MaxRanges || length == 0 || start + length < start)
            return;
        Range* range = RangeAt(information, information->RangeCount++);
        range->Start = start;
        range->Length = length;
        range->Usable = usable ? 1u : 0u;
    }

    public static void AddModule(BootInformation* information, ulong start, ulong length)
    {
        if (information->ModuleCount == MaxModules || start + length < start)
            return;
        Module* module = ModuleAt(information, information->ModuleCount++);
        module->Start = start;
        module->Length = length;
    }

    /// <summary>The command line as the loader gave it.</summary>
    public static ReadOnlySpan<byte> Line(BootInformation* information) =>
        MemoryMarshal.CreateReadOnlySpan(ref information->CommandLine[0], information->CommandLineLength);

    public static void SetCommandLine(BootInformation* information, byte* text)
    {
        int length = 0;
        while (length < MaxCommandLine && text[length] != 0)
        {
            information->CommandLine[length] = text[length];
            length++;
        }

        information->CommandLineLength = length;
    }
}
