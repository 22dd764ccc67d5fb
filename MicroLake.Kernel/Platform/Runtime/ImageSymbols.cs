using System.Runtime;
using System.Runtime.CompilerServices;

namespace MicroLake.Platform.Runtime;

/// <summary>Addresses that the linker script defines, in the order of thread.S.</summary>
internal unsafe struct ImageSymbols
{
    public ulong TextStart, TextEnd, RodataStart, RodataEnd;
    public ulong TlsStart, TlsEnd, TlsSize, TlsAlignment;
    public ulong InitArrayStart, InitArrayEnd;
    public ulong EhFrameHdrStart, EhFrameHdrEnd;

    [RuntimeImport("*", "platform_image")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ImageSymbols* Get();
}
