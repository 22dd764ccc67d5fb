using System.Buffers;
using MicroLake.Abi;
using MicroLake.Hosting;
using MicroLake.Sdk;

namespace MicroLake.Services.Programs;

/// <summary>
/// A named group of processes, for which modules may decide. It is there while somebody holds it: its processes, and modules that decide for it. Safe for
/// use by several threads.
/// </summary>
public sealed class Tenant : IDisposable
{
    private static readonly SearchValues<char> s_characters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-.");

    private static readonly Lock s_gate = new();

    /// <summary>By their numbers, of which 0 is none.</summary>
    private static readonly string?[] s_names = new string?[HookScope.Tenants];
    private static readonly int[] s_holders = new int[HookScope.Tenants];

    private int _disposed;

    private Tenant(string name, int number)
    {
        Name = name;
        Number = (uint)number;
    }

    public string Name { get; }

    /// <summary>What the nucleus knows it by.</summary>
    public uint Number { get; }

    /// <summary>Whether a tenant may be called so: as services are, with small letters, digits, hyphens and dots.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= ServiceStart.MaxNameLength && !name.AsSpan().ContainsAnyExcept(s_characters);

    /// <summary>Holds the tenant of that name, which begins to be if it was not there.</summary>
    /// <exception cref="KernelException">There are too many.</exception>
    public static Tenant Hold(string name)
    {
        lock (s_gate)
        {
            int number = Array.IndexOf(s_names, name);
            if (number < 0)
                number = Array.IndexOf(s_names, null, 1);
            if (number < 0)
                throw new KernelException(Status.LimitReached, $"there are {HookScope.Tenants - 1} tenants already");
            s_names[number] = name;
            s_holders[number]++;
            return new Tenant(name, number);
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        lock (s_gate)
        {
            if (--s_holders[Number] == 0)
                s_names[Number] = null;
        }
    }
}
