using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MicroLake.Nn;

/// <summary>A set of kernels.</summary>
public enum ComputeBackend
{
    /// <summary>Plain loops: the reference that the others are tested against.</summary>
    Scalar,

    /// <summary>128-bit vectors (SSE2).</summary>
    Vector128,

    /// <summary>256-bit vectors (AVX2, FMA).</summary>
    Vector256,

    /// <summary>512-bit vectors (AVX-512F).</summary>
    Vector512,
}

/// <summary>Which kernels this processor runs.</summary>
public static class ComputeBackends
{
    /// <summary>True when the processor, and the way this program was compiled, have the instructions.</summary>
    public static bool IsAccelerated(ComputeBackend backend) => backend switch
    {
        ComputeBackend.Scalar => true,
        ComputeBackend.Vector128 => Vector128.IsHardwareAccelerated,
        ComputeBackend.Vector256 => Vector256.IsHardwareAccelerated,
        // Not Vector512.IsHardwareAccelerated, which says no for processors that slow down under 512-bit code: that is measured here.
        ComputeBackend.Vector512 => Avx512F.IsSupported,
        _ => false,
    };

    /// <summary>True when the kernels can run at all. Under a just-in-time compiler all can, missing instructions being emulated;
    /// an ahead-of-time image holds only what it was compiled for.</summary>
    public static bool IsAvailable(ComputeBackend backend) => IsAccelerated(backend) || RuntimeFeature.IsDynamicCodeCompiled;
}
