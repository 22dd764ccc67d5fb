namespace MicroLake.ImageTool.Symbols;

/// <summary>A function of the linked image as the kernel's backtraces show it.</summary>
/// <param name="Address">Virtual address of its first byte.</param>
/// <param name="Size">Bytes, 0 when unknown.</param>
/// <param name="Name">Readable name.</param>
/// <param name="IsNucleus">Whether it is nucleus or platform code, in which a backtrace cannot expect managed frames.</param>
public readonly record struct FunctionSymbol(ulong Address, ulong Size, string Name, bool IsNucleus);
