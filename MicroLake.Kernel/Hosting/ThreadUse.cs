namespace MicroLake.Hosting;

/// <summary>A thread with the processor time that it has had.</summary>
/// <param name="Identifier">What the nucleus knows it by; <paramref name="Id"/> is its lower half, and used again.</param>
/// <param name="Created">When it was made: time since the boot.</param>
public readonly record struct ThreadUse(
    int Id, string Name, string State, int Priority, int Processor, TimeSpan ProcessorTime, long Switches, uint Identifier, TimeSpan Created);
