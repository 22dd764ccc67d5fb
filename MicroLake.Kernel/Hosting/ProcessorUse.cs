namespace MicroLake.Hosting;

/// <summary>A processor's figures since it was started.</summary>
/// <param name="Index">0 for the boot processor.</param>
/// <param name="Idle">Time in its idle thread.</param>
/// <param name="Switches">Threads switched to.</param>
/// <param name="Steals">Threads taken over from other processors' queues.</param>
/// <param name="Interrupts">Interrupts taken.</param>
/// <param name="Ready">Threads that wait in its queue now.</param>
public readonly record struct ProcessorUse(int Index, TimeSpan Idle, long Switches, long Steals, long Interrupts, int Ready);
