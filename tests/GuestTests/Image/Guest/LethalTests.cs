using System.Runtime.CompilerServices;

namespace MicroLake.GuestTests.Guest;

/// <summary>What must end in a panic that names the method. Each needs a boot of its own.</summary>
internal static class LethalTests
{
    private static int s_depth;

    public static void Run(string name)
    {
        switch (name)
        {
            case "stackoverflow":
                RecurseWithoutEnd(0);
                break;
            case "unhandled":
                ThrowUnhandled();
                break;
            case "failfast":
                Environment.FailFast("asked to fail fast");
                break;
            default:
                throw new ArgumentException($"no lethal test is named '{name}'; known: stackoverflow unhandled failfast");
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long RecurseWithoutEnd(long n)
    {
        s_depth++;
        return RecurseWithoutEnd(n + 1) + s_depth;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowUnhandled()
    {
        var thread = new Thread(static () => throw new InvalidOperationException("nobody catches this"));
        thread.Start();
        thread.Join();
    }
}
