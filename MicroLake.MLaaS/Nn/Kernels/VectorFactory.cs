using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MicroLake.Nn.Kernels;

/// <summary>Makes a kernel for one vector width.</summary>
internal interface IVectorFactory
{
    Kernel Create<TVector>() where TVector : struct, ISimd<TVector>;
}

/// <summary>From a backend to the kernels compiled for its width.</summary>
internal static class VectorFactory
{
    /// <summary>The kernel for <paramref name="backend"/>, which is not <see cref="ComputeBackend.Scalar"/>.</summary>
    /// <remarks>The conditions are constants to an ahead-of-time compiler, which then leaves out the widths that it does not target.</remarks>
    public static Kernel Create<TFactory>(ComputeBackend backend, TFactory factory) where TFactory : struct, IVectorFactory
    {
        if (backend == ComputeBackend.Vector512 && (Avx512F.IsSupported || RuntimeFeature.IsDynamicCodeCompiled))
            return factory.Create<Simd512>();
        if (backend == ComputeBackend.Vector256 && (Vector256.IsHardwareAccelerated || RuntimeFeature.IsDynamicCodeCompiled))
            return factory.Create<Simd256>();
        if (backend == ComputeBackend.Vector128)
            return factory.Create<Simd128>();
        throw new PlatformNotSupportedException($"This program was compiled without {backend} kernels.");
    }
}
