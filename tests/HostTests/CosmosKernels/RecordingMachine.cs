using System.Collections.Concurrent;
using MicroLake.CosmosSupport;

namespace MicroLake.HostTests.CosmosKernels;

/// <summary>A machine that writes down what was asked of it. Leaving it throws, because a real machine does not come back.</summary>
internal sealed class RecordingMachine : IMachine
{
    public sealed class LeftException(string how) : Exception(how);

    public ConcurrentQueue<string> Lines { get; } = new();

    public List<(int Hz, TimeSpan Duration)> Tones { get; } = [];

    public ulong MemoryBytes => 300UL << 20;

    public static RecordingMachine Install()
    {
        var machine = new RecordingMachine();
        Machine.Install(machine);
        return machine;
    }

    public void Log(string line) => Lines.Enqueue(line);

    public void PowerOff() => throw new LeftException("power off");

    public void Reboot() => throw new LeftException("reboot");

    public void Tone(int frequencyHz, TimeSpan duration) => Tones.Add((frequencyHz, duration));
}
