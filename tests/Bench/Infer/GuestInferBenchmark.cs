using MicroLake.Bench.Report;

namespace MicroLake.Bench.Infer;

/// <summary>Small networks in the guest, beside the best float peer inside the Linux guest.</summary>
public sealed class GuestInferBenchmark : IBenchmark
{
    public string Name => "infer";

    public string Summary => "inference in the guest and on the host, beside C and BLAS libraries";

    public IReadOnlyList<Figure> Run(BenchContext context) => Guests.GuestComparison.Run(context, Name);
}
