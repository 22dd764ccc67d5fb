using MicroLake.Bench.Report;

namespace MicroLake.Bench.Infer;

/// <summary>Small networks in the guest, beside the best float peer inside the Linux guest.</summary>
/// <remarks>The peers there are C loops and OpenBLAS; oneDNN, a shared library of 40 MB in Debian, is a peer on the host only.</remarks>
public sealed class GuestInferBenchmark : IBenchmark
{
    public string Name => "infer";

    public string Summary => "inference in the guest and on the host, beside C and BLAS libraries";

    private const string WholeNumbers = ".fixed";
    private const string OneRow = ".b1";

    /// <summary>A row in whole numbers is held against the best peer for a row in float.</summary>
    public IReadOnlyList<Figure> Run(BenchContext context)
    {
        IReadOnlyList<Figure> figures = Guests.GuestComparison.Run(context, Name);
        return [.. figures.Select(f => f.Name.EndsWith(WholeNumbers, StringComparison.Ordinal) ? f with { Peer = PeerOf(f.Name[..^WholeNumbers.Length] + OneRow) } : f)];

        PeerFigure? PeerOf(string name) => figures.FirstOrDefault(f => f.Name == name)?.Peer;
    }
}
