namespace MicroLake.Hosting;

/// <summary>What uses the machine's memory, in bytes.</summary>
public readonly record struct MemoryUse(
    long Total, long Free, long Image, long Heap, long Programs, long Stacks, long PageTables, long Boot);
