namespace MicroLake.Abi;

/// <summary>
/// For whose decisions a module is attached to a hook, as a number: <see cref="Everywhere"/>, a process by its identifier, or a tenant by
/// <see cref="OfTenant"/>. Of those that decide for a process the most specific counts: its own module, then its tenant's, then everybody's.
/// </summary>
public static class HookScope
{
    public const uint Everywhere = 0;

    /// <summary>Tenants have numbers from 1 on, below this one.</summary>
    public const uint Tenants = 64;

    /// <summary>Identifiers of processes do not reach it.</summary>
    private const uint TenantBit = 1u << 31;

    public static uint OfTenant(uint number) => TenantBit | number;

    public static bool IsTenant(uint scope) => (scope & TenantBit) != 0;

    public static uint TenantOf(uint scope) => scope & ~TenantBit;
}
