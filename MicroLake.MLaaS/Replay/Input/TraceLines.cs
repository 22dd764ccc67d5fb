using System.Globalization;
using System.Text;
using MicroLake.Nn.Csv;

namespace MicroLake.Replay.Input;

/// <summary>Reads a trace line by line and makes the one error that a bad line ends in.</summary>
internal sealed class TraceLines(Stream stream)
{
    /// <summary>Greatest number. Beyond it, sums of times and sizes would lose whole units.</summary>
    public const double Greatest = 1e15;

    private const int LongestLine = 4096;
    private const int LongestExcerpt = 40;

    private readonly LineReader _lines = new(stream, LongestLine);

    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        try
        {
            if (!_lines.TryRead(out line))
                return false;
        }
        catch (CsvFormatException)
        {
            throw Error($"it is longer than {LongestLine} bytes; is this the right file?");
        }

        if (_lines.Line == 1 && line.StartsWith(Encoding.UTF8.Preamble))
            line = line[Encoding.UTF8.Preamble.Length..];
        return true;
    }

    public ReplayException Error(string what) => new($"line {_lines.Line}: {what}");

    /// <summary>A finite number.</summary>
    public double Number(ReadOnlySpan<byte> field, string name)
    {
        if (!double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
            throw Error($"{name} is '{Excerpt(field)}', not a number");
        if (!(Math.Abs(value) <= Greatest))
            throw Error($"{name} is '{Excerpt(field)}'; numbers to {Greatest:0e0} are supported");
        return value;
    }

    /// <summary>What a message quotes: not too long, and nothing that would disturb a terminal.</summary>
    public static string Excerpt(ReadOnlySpan<byte> field)
    {
        string text = Encoding.UTF8.GetString(field[..Math.Min(field.Length, LongestExcerpt)]);
        var printable = new StringBuilder(text.Length);
        foreach (char c in text)
            printable.Append(char.IsControl(c) || c == '\uFFFD' ? '?' : c);
        return field.Length > LongestExcerpt ? printable.Append("...").ToString() : printable.ToString();
    }
}
