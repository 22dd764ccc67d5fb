namespace MicroLake.Hosting.Processes;

/// <summary>A fault that ended a process.</summary>
/// <param name="Vector">The processor's exception vector (Intel SDM volume 3, table 6-1).</param>
/// <param name="Address">The address that was touched, of a page fault.</param>
/// <param name="ErrorCode">What the processor says of it.</param>
/// <param name="Instruction">Address of the instruction.</param>
public readonly record struct ProcessFault(int Vector, ulong Address, ulong ErrorCode, ulong Instruction);
