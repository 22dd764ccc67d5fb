namespace MicroLake.Bench.Report;

/// <summary>
/// The least sample of each measurement so far. Other work on the host only ever adds time, so a measurement is over when its least samples no
/// longer fall, not after a number of rounds.
/// </summary>
public sealed class LeastSamples
{
    /// <summary>A least sample that falls by no more than this has not fallen.</summary>
    private const double Tolerance = 0.02;

    private readonly Dictionary<(string Source, string Name), double> _least = [];

    /// <summary>Takes in a round's lines. True: some measurement has a clearly lower least sample than in the rounds before.</summary>
    public bool Add(IEnumerable<MeasuredLine> round)
    {
        bool fell = false;
        foreach (MeasuredLine line in round)
        {
            (string, string) key = (line.Source, line.Name);
            bool isKnown = _least.TryGetValue(key, out double before);
            fell |= isKnown && line.Spread.Min < before * (1 - Tolerance);
            if (!isKnown || line.Spread.Min < before)
                _least[key] = line.Spread.Min;
        }

        return fell;
    }
}
