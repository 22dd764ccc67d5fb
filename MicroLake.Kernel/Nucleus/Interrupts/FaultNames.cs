using System;

namespace MicroLake.Nucleus.Interrupts;

/// <summary>Names of the processor's exceptions (Intel SDM volume 3, table 6-1).</summary>
internal static class FaultNames
{
    public static ReadOnlySpan<byte> Of(ulong vector) => vector switch
    {
        0 => "divide error"u8,
        1 => "debug exception"u8,
        2 => "non-maskable interrupt"u8,
        3 => "breakpoint"u8,
        4 => "overflow"u8,
        5 => "bound range exceeded"u8,
        6 => "invalid opcode"u8,
        7 => "device not available"u8,
        8 => "double fault"u8,
        10 => "invalid TSS"u8,
        11 => "segment not present"u8,
        12 => "stack-segment fault"u8,
        13 => "general protection fault"u8,
        14 => "page fault"u8,
        16 => "x87 floating-point error"u8,
        17 => "alignment check"u8,
        18 => "machine check"u8,
        19 => "SIMD floating-point error"u8,
        21 => "control protection fault"u8,
        _ => "unknown exception"u8,
    };
}
