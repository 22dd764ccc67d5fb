using System.Runtime.InteropServices;

namespace MicroLake.Policies.Jit;

/// <summary>What the compiler makes code for.</summary>
internal static class JitTarget
{
    /// <exception cref="PlatformNotSupportedException">This is another machine.</exception>
    public static void Require()
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
            throw new PlatformNotSupportedException("programs are compiled for x86-64 only; use the interpreter");
    }
}
