using System.Runtime.InteropServices;

namespace MicroLake.MessageBench;

/// <summary>The kernel call that does nothing.</summary>
internal static class Native
{
    public static void NullCalls(int count)
    {
        while (count-- > 0)
            Null();
    }

    [DllImport("*", EntryPoint = "mk_null"), SuppressGCTransition]
    private static extern void Null();
}
