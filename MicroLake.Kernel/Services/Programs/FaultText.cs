using MicroLake.Hosting.Processes;

namespace MicroLake.Services.Programs;

/// <summary>Words for the faults of programs.</summary>
internal static class FaultText
{
    private const int StackFault = 12;
    private const int PageFault = 14;
    private const ulong Write = 2;
    private const ulong Fetch = 16;

    public static string Describe(ProcessFault fault) => fault.Vector switch
    {
        0 => "integer division by zero",
        3 => "breakpoint",
        6 => "invalid instruction",
        StackFault => "stack overflow",
        13 => "privileged or malformed instruction, or a non-canonical address",
        PageFault => $"{(fault.ErrorCode & Fetch, fault.ErrorCode & Write) switch
        {
            (0, 0) => "read from",
            (0, _) => "write to",
            _ => "execution at",
        }} 0x{fault.Address:x}, where the program may not",
        16 or 19 => "floating-point exception",
        17 => "unaligned access",
        _ => $"exception {fault.Vector}",
    };
}
