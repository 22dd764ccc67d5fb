using System.Runtime.InteropServices;
using MicroLake.Bench.Linux;

namespace MicroLake.Bench.Policies;

/// <summary>The programs as a library of the host.</summary>
internal sealed class HostPolicyPeer : IDisposable
{
    private readonly nint _library;

    /// <exception cref="BenchException">It does not compile.</exception>
    public HostPolicyPeer(string source, string folder)
    {
        string library = Path.Combine(folder, "policies.so");
        HostProgram.Run("cc", ["-O2", "-shared", "-fPIC", "-o", library, source], folder);
        _library = NativeLibrary.Load(library);
    }

    public nint Find(string name) => NativeLibrary.GetExport(_library, name);

    public void Dispose() => NativeLibrary.Free(_library);
}
