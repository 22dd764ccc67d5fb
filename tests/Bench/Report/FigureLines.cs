using System.Globalization;

namespace MicroLake.Bench.Report;

/// <summary>A measurement as a guest prints it.</summary>
/// <param name="Source">Who measured: the peer's name, or empty for the guest itself.</param>
public sealed record MeasuredLine(string Name, string Unit, Spread Spread, string Source);

/// <summary>
/// The lines by which a guest hands over its measurements:
/// <c>figure NAME UNIT MIN MEDIAN MAX [SOURCE]</c>, or <c>failed: REASON</c>. Everything else is for people.
/// </summary>
public static class FigureLines
{
    private const string Failed = "failed:";

    /// <exception cref="BenchException">A line says that a measurement failed, or is malformed.</exception>
    public static IReadOnlyList<MeasuredLine> Parse(string output)
    {
        var measured = new List<MeasuredLine>();
        foreach (string raw in output.Split('\n'))
        {
            string line = raw.Trim();
            if (line.StartsWith(Failed, StringComparison.Ordinal))
                throw new BenchException($"the guest could not measure: {line[Failed.Length..].Trim()}");
            if (line.StartsWith("figure ", StringComparison.Ordinal))
                measured.Add(ParseLine(line));
        }
        return measured;
    }

    private static MeasuredLine ParseLine(string line)
    {
        string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var numbers = new double[3];
        for (int i = 0; i < numbers.Length; i++)
            if (fields.Length is not (6 or 7) || !double.TryParse(fields[3 + i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) || !double.IsFinite(numbers[i]))
                throw new BenchException($"the guest printed a malformed measurement: '{line}'");
        return new MeasuredLine(fields[1], fields[2], new Spread(numbers[0], numbers[1], numbers[2]), fields.Length == 7 ? fields[6] : "");
    }
}
