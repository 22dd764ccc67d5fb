using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace MicroLake.GuestTests.Suites;

/// <summary>Ahead-of-time compilation has no compiler at run time; the same holds for NativeAOT on Linux.</summary>
[Area("Code made at run time (Reflection.Emit, Assembly.Load)", Works = false)]
public static class DynamicProbes
{
    [GuestTest]
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "The test holds that it fails.")]
    public static string Loading_an_assembly() => Absent.Fails(() => Assembly.Load(new byte[16]));

    [GuestTest]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "The test holds that it fails.")]
    public static string Emitting_a_method() => Absent.Fails(() =>
    {
        var method = new System.Reflection.Emit.DynamicMethod("m", typeof(int), []);
        method.GetILGenerator().Emit(System.Reflection.Emit.OpCodes.Ret);
        method.CreateDelegate<Func<int>>()();
    });
}
