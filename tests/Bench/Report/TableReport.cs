using System.Globalization;

namespace MicroLake.Bench.Report;

/// <summary>The figures as a table for people.</summary>
public static class TableReport
{
    private static readonly string[] s_header = ["name", "unit", "min", "median", "max", "peer", "peer min", "peer median", "ratio"];

    public static void Write(TextWriter output, IReadOnlyList<Figure> figures)
    {
        string[][] rows = [s_header, .. figures.Select(Row)];
        int[] widths = [.. Enumerable.Range(0, s_header.Length).Select(column => rows.Max(r => r[column].Length))];
        foreach (string[] row in rows)
            output.WriteLine(string.Join("  ", row.Select((cell, column) => IsText(column) ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd());
    }

    private static string[] Row(Figure f) =>
    [
        f.Name, f.Unit, Number(f.Spread.Min), Number(f.Spread.Median), Number(f.Spread.Max),
        f.Peer?.Name ?? "", f.Peer is { } p ? Number(p.Spread.Min) : "", f.Peer is { } q ? Number(q.Spread.Median) : "",
        f.Ratio is { } ratio ? ratio.ToString("0.000", CultureInfo.InvariantCulture) : "",
    ];

    private static bool IsText(int column) => column is 0 or 1 or 5;

    private static string Number(double value) => Math.Abs(value) switch
    {
        0 => "0",
        >= 1000 => value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 100 => value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.###", CultureInfo.InvariantCulture),
    };
}
