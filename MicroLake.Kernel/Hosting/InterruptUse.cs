namespace MicroLake.Hosting;

/// <summary>A connected interrupt vector and how often it came.</summary>
public readonly record struct InterruptUse(int Vector, string Name, string Kind, long Count);
