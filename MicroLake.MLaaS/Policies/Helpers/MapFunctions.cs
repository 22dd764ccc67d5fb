using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MicroLake.Policies.Maps;

namespace MicroLake.Policies.Helpers;

/// <summary>
/// Addresses of the map operations for compiled programs. Code compiled ahead of time is called as it is: its calling convention is C's for whole
/// numbers and pointers, and a call may then come from where the collector cannot be waited for. On a just-in-time runtime the call goes through
/// a transition.
/// </summary>
internal static unsafe class MapFunctions
{
    public static nint Lookup => RuntimeFeature.IsDynamicCodeCompiled
        ? (nint)(delegate* unmanaged<MapHeader*, byte*, byte*>)&HostLookup
        : (nint)(delegate*<MapHeader*, byte*, byte*>)&MapOperations.Lookup;

    public static nint Update => RuntimeFeature.IsDynamicCodeCompiled
        ? (nint)(delegate* unmanaged<MapHeader*, byte*, byte*, ulong, long>)&HostUpdate
        : (nint)(delegate*<MapHeader*, byte*, byte*, ulong, long>)&MapOperations.Update;

    public static nint Delete => RuntimeFeature.IsDynamicCodeCompiled
        ? (nint)(delegate* unmanaged<MapHeader*, byte*, long>)&HostDelete
        : (nint)(delegate*<MapHeader*, byte*, long>)&MapOperations.Delete;

    public static nint Output => RuntimeFeature.IsDynamicCodeCompiled
        ? (nint)(delegate* unmanaged<MapHeader*, byte*, ulong, long>)&HostOutput
        : (nint)(delegate*<MapHeader*, byte*, ulong, long>)&MapOperations.Output;

    [UnmanagedCallersOnly]
    private static byte* HostLookup(MapHeader* map, byte* key) => MapOperations.Lookup(map, key);

    [UnmanagedCallersOnly]
    private static long HostUpdate(MapHeader* map, byte* key, byte* value, ulong flags) => MapOperations.Update(map, key, value, flags);

    [UnmanagedCallersOnly]
    private static long HostDelete(MapHeader* map, byte* key) => MapOperations.Delete(map, key);

    [UnmanagedCallersOnly]
    private static long HostOutput(MapHeader* map, byte* record, ulong bytes) => MapOperations.Output(map, record, bytes);
}
