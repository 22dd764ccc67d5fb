using System.Globalization;
using System.Text;

namespace MicroLake.Nn.Csv;

/// <summary>Reads rows of numbers from CSV (RFC 4180, with numbers in the invariant culture): fields between commas, spaces around
/// them ignored, quotes allowed. Empty lines, lines that begin with # and the header, which are the lines without any number before
/// the first row, are skipped.</summary>
public sealed class CsvReader
{
    private readonly LineReader _lines;
    private readonly CsvLimits _limits;
    private float[] _row = [];
    private bool _started;

    /// <summary>A reader of UTF-8 text from <paramref name="stream"/>, which the caller closes.</summary>
    /// <param name="stream">The text.</param>
    /// <param name="columns">Numbers that each row must have; null for as many as the first row has.</param>
    /// <param name="limits">What the file may take; <see cref="CsvLimits.Default"/> when null.</param>
    public CsvReader(Stream stream, int? columns = null, CsvLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _limits = limits ?? CsvLimits.Default;
        _lines = new(stream, _limits.MaxLineBytes);
        Columns = columns ?? 0;
    }

    /// <summary>Numbers in each row; 0 until the first row is read, when the constructor was not told.</summary>
    public int Columns { get; private set; }

    /// <summary>Line of the row last read, from 1.</summary>
    public long Line => _lines.Line;

    /// <summary>The fields of the last header line, empty when there is none.</summary>
    public IReadOnlyList<string> Header { get; private set; } = [];

    /// <summary>Reads the next row; false at the end of the file.</summary>
    /// <param name="row">The numbers, valid until the next call.</param>
    /// <exception cref="CsvFormatException">A field is not a number, or there are too many or too few.</exception>
    public bool TryRead(out ReadOnlySpan<float> row)
    {
        while (_lines.TryRead(out ReadOnlySpan<byte> line))
        {
            if (_lines.Line == 1 && line.StartsWith(Encoding.UTF8.Preamble))
                line = line[Encoding.UTF8.Preamble.Length..];
            line = line.Trim(" \t"u8);
            if (line.IsEmpty || line[0] == '#' || (!_started && IsHeader(line)))
                continue;
            _started = true;
            row = ParseRow(line);
            return true;
        }

        row = default;
        return false;
    }

    private bool IsHeader(ReadOnlySpan<byte> line)
    {
        var names = new List<string>();
        foreach (Range range in new FieldSplitter(line))
        {
            ReadOnlySpan<byte> field = Unquote(line[range]);
            if (TryParse(field, out _) || names.Count == _limits.MaxColumns)
                return false;
            names.Add(Encoding.UTF8.GetString(field));
        }

        Header = names;
        return true;
    }

    private ReadOnlySpan<float> ParseRow(ReadOnlySpan<byte> line)
    {
        int column = 0;
        foreach (Range range in new FieldSplitter(line))
        {
            column++;
            if (Columns > 0 && column > Columns)
                throw new CsvFormatException($"there are more than the {Columns} numbers that a row must have. {Advice()}", Line, column);
            if (column > _limits.MaxColumns)
                throw new CsvFormatException($"there are more than {_limits.MaxColumns} columns. Is this a CSV file of numbers?", Line, column);
            ReadOnlySpan<byte> field = Unquote(line[range]);
            if (!TryParse(field, out float value))
                throw new CsvFormatException(field.IsEmpty
                    ? "the field is empty, where a number must be. Fill it in or leave out the row."
                    : $"'{Excerpt(field)}' is not a number. Write numbers as 1.5 or -2e3, with a comma between columns.", Line, column);
            if (!float.IsFinite(value))
                throw new CsvFormatException($"'{Excerpt(field)}' is not a finite float32 number. Leave out the row or scale the column.", Line, column);
            if (column > _row.Length)
                Array.Resize(ref _row, Math.Max(8, 2 * _row.Length));
            _row[column - 1] = value;
        }

        if (Columns > 0 && column < Columns)
            throw new CsvFormatException($"the row has {column} numbers, where {Columns} must be. {Advice()}", Line, 0);
        Columns = column;
        return _row.AsSpan(0, column);
    }

    private static string Advice() => "Check that the file belongs to this model, and that no comma is missing or doubled.";

    private static bool TryParse(ReadOnlySpan<byte> field, out float value) =>
        float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    private static ReadOnlySpan<byte> Unquote(ReadOnlySpan<byte> field)
    {
        field = field.Trim(" \t"u8);
        return field is [(byte)'"', .., (byte)'"'] ? field[1..^1] : field;
    }

    /// <summary>What a message quotes of a field: not too long, and nothing that would disturb a terminal.</summary>
    private static string Excerpt(ReadOnlySpan<byte> field)
    {
        const int Longest = 40;
        string text = Encoding.UTF8.GetString(field[..Math.Min(field.Length, Longest)]);
        var printable = new StringBuilder(text.Length);
        foreach (char c in text)
            printable.Append(char.IsControl(c) || c == '\uFFFD' ? '?' : c);
        return field.Length > Longest ? printable.Append("...").ToString() : printable.ToString();
    }
}
