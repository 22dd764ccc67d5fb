using System.Threading;

namespace MicroLake.Nucleus.Hooks;

/// <summary>The hooks of one scope: everybody's, a tenant's or a process's. A place is null until a module is attached there.</summary>
internal unsafe struct HookPlaces
{
    private fixed ulong _hooks[HookTable.Count];

    /// <param name="places">In memory that does not move.</param>
    public static Hook* At(HookPlaces* places, int index) => (Hook*)Volatile.Read(ref places->_hooks[index]);

    public static void Set(HookPlaces* places, int index, Hook* hook) => Volatile.Write(ref places->_hooks[index], (ulong)hook);
}
