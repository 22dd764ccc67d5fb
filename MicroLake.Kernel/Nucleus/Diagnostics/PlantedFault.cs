using System;
using System.Runtime.CompilerServices;
using System.Threading;
using MicroLake.Nucleus.Boot;

namespace MicroLake.Nucleus.Diagnostics;

/// <summary>
/// A fault on purpose, so that tests see what a fault during the boot looks like. The option <c>fault=early</c> on the loader's
/// command line plants it before there is a memory map, <c>fault=memory</c> on the final page tables.
/// </summary>
internal static unsafe class PlantedFault
{
    /// <summary>Mapped neither by the first page tables nor by the final ones.</summary>
    private const ulong UnmappedAddress = 0x5000_0000_0000;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void At(ReadOnlySpan<byte> option)
    {
        if (CommandLine.HasFlag(BootInformation.Line(Startup.Information), option))
            _ = Volatile.Read(ref *(byte*)UnmappedAddress);
    }
}
