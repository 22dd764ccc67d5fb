using MicroLake.Bench.Report;

namespace MicroLake.Bench.Infer;

/// <summary>Small networks in the guest, beside the best float peer inside the Linux guest.</summary>
/// <remarks>The peers there are C loops and OpenBLAS; oneDNN, a shared library of 40 MB in Debian, is a peer on the host only.</remarks>
public sealed class GuestInferBenchmark : IBenchmark
{
    public string Name => "infer";

    public string Summary => "inference in the guest and on the host, beside C and BLAS libraries";

    public IReadOnlyList<Figure> Run(BenchContext context) => Guests.GuestComparison.Run(context, Name);
}
