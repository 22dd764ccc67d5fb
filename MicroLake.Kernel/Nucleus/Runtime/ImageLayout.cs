using System.Runtime;
using System.Runtime.CompilerServices;

namespace MicroLake.Nucleus;

/// <summary>Where the linker script put the parts of the image (functions in layout.S return the symbols).</summary>
internal static unsafe class ImageLayout
{
    public const ulong KernelBase = 0xffffffff80000000;

    [RuntimeImport("*", "image_layout")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    public static extern Addresses* Get();

    /// <summary>Filled by the linker, in the order of layout.S. All are virtual but for the two physical ends.</summary>
    public struct Addresses
    {
        public ulong PhysicalStart, PhysicalEnd;
        public ulong BootStart, BootEnd;
        public ulong TextStart, TextEnd;
        public ulong RodataStart, RodataEnd;
        public ulong DataStart, DataEnd;
        public ulong StackGuard;
        public ulong StackBottom, StackTop;
        public ulong SymbolsStart, SymbolsEnd;
    }
}
