namespace MicroLake.Compute;

/// <summary>By which the service of computing knows a client: its number, and what it may have. 0 is everybody of whom nothing was said.</summary>
public readonly struct ClientBadge(ulong value)
{
    private const int Most = ushort.MaxValue;

    /// <param name="client">Its number, more than 0.</param>
    /// <param name="weight">Share of each of its sessions beside others', 1 to 65,535.</param>
    /// <param name="sessions">Sessions that it may have at a time, 1 to 65,535.</param>
    public ClientBadge(uint client, int weight, int sessions)
        : this((ulong)client << 32 | (uint)Math.Clamp(weight, 1, Most) << 16 | (uint)Math.Clamp(sessions, 1, Most))
    {
    }

    public ulong Value => value;

    public int Weight => value == 0 ? 1 : (int)(value >> 16) & Most;

    public int Sessions => value == 0 ? Most : (int)value & Most;
}
