namespace MicroLake.CosmosSupport;

/// <summary>
/// What the Cosmos classes ask of the machine below them. The image's composition root implements it over kernel calls;
/// host tests implement it with a recording fake.
/// </summary>
public interface IMachine
{
    /// <summary>Usable physical memory, in bytes.</summary>
    ulong MemoryBytes { get; }

    /// <summary>Appends one line (without its line end) to the kernel log. May be called from any thread.</summary>
    void Log(string line);

    /// <summary>Leaves by ACPI power-off. Does not return on a real machine.</summary>
    void PowerOff();

    /// <summary>Resets the machine. Does not return on a real machine.</summary>
    void Reboot();

    /// <summary>Sounds the PC speaker and returns when the tone is over.</summary>
    /// <param name="frequencyHz">Pitch in hertz, 37 to 32767.</param>
    /// <param name="duration">How long the tone sounds.</param>
    void Tone(int frequencyHz, TimeSpan duration);
}
