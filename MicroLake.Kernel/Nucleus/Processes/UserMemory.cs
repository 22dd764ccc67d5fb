using System.Runtime;
using System.Runtime.CompilerServices;
using MicroLake.Nucleus.Arch.X64;

namespace MicroLake.Nucleus.Processes;

/// <summary>
/// Memory of the current thread's process, as a system call names it: nothing is read or written there but through these copies, which
/// end in false where the process has no such memory.
/// </summary>
internal static unsafe class UserMemory
{
    /// <summary>In the order of system_call.S.</summary>
    private struct CopyRange
    {
        public ulong Begin, End, Failed;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(void* kernel, ulong user, ulong bytes) => IsUser(user, bytes) && Copy(kernel, (void*)user, bytes) == 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryWrite(ulong user, void* kernel, ulong bytes) => IsUser(user, bytes) && Copy((void*)user, kernel, bytes) == 0;

    /// <summary>Writes where a range of the same length has been found to belong to processes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryWriteBack(ulong user, void* kernel, ulong bytes) => Copy((void*)user, kernel, bytes) == 0;

    /// <summary>The end of a system call that answers with a structure: its status.</summary>
    public static ulong Give(ulong user, void* kernel, ulong bytes) =>
        (ulong)(TryWrite(user, kernel, bytes) ? Abi.Status.Ok : Abi.Status.InvalidArgument);

    /// <summary>Whether a range lies in the part of the address space that belongs to processes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsUser(ulong start, ulong bytes) => start < PageTable.UserEnd && bytes <= PageTable.UserEnd - start;

    /// <summary>Where a copy goes on whose instruction at this address met memory that is not there; 0: the address is not a copy's.</summary>
    public static ulong FailureOf(ulong instruction)
    {
        CopyRange* range = Range();
        return instruction >= range->Begin && instruction < range->End ? range->Failed : 0;
    }

    [RuntimeImport("*", "x64_copy_user")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern ulong Copy(void* to, void* from, ulong bytes);

    [RuntimeImport("*", "x64_user_copy_range")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern CopyRange* Range();
}
