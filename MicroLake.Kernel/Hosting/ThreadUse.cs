namespace MicroLake.Hosting;

/// <summary>A thread with the processor time that it has had.</summary>
public readonly record struct ThreadUse(
    int Id, string Name, string State, int Priority, int Processor, TimeSpan ProcessorTime, long Switches);
