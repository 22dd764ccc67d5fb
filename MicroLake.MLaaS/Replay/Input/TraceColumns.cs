using System.Buffers.Text;
using System.Text;
using MicroLake.Nn.Csv;

namespace MicroLake.Replay.Input;

/// <summary>Reads CSV whose first line names the columns, in any order; columns that nobody asks for are passed over.</summary>
internal sealed class TraceColumns
{
    private readonly TraceLines _lines;
    private readonly int[] _places;
    private readonly Range[] _fields;
    private readonly int _columns;
    private byte[] _line = [];

    /// <param name="wanted">For each column the names that it may have.</param>
    /// <param name="required">How many of the first wanted ones must be there.</param>
    public TraceColumns(Stream stream, string[][] wanted, int required)
    {
        _lines = new(stream);
        _places = new int[wanted.Length];
        _fields = new Range[wanted.Length];
        Array.Fill(_places, -1);
        if (!TryReadLine(out ReadOnlySpan<byte> header))
            throw new ReplayException($"the file is empty; its first line names the columns, among them {wanted[0][0]}");
        foreach (Range range in new FieldSplitter(header))
        {
            string name = Encoding.UTF8.GetString(Trim(header[range])).ToLowerInvariant().Replace(' ', '_');
            int column = Array.FindIndex(wanted, names => Array.IndexOf(names, name) >= 0);
            if (column >= 0 && _places[column] >= 0)
                throw _lines.Error($"two columns are called {wanted[column][0]}, or what is taken for it; rename one");
            if (column >= 0)
                _places[column] = _columns;
            _columns++;
        }

        for (int i = 0; i < required; i++)
            if (_places[i] < 0)
                throw _lines.Error($"no column is called {string.Join(" or ", wanted[i])}; the first line names the columns");
    }

    /// <summary>Whether the trace has the column.</summary>
    public bool Has(int column) => _places[column] >= 0;

    /// <summary>Reads the next row; empty lines and lines that begin with # are passed over.</summary>
    public bool TryReadRow()
    {
        if (!TryReadLine(out ReadOnlySpan<byte> line))
            return false;
        if (_line.Length < line.Length)
            _line = new byte[line.Length];
        line.CopyTo(_line);
        int count = 0;
        foreach (Range range in new FieldSplitter(line))
        {
            int column = Array.IndexOf(_places, count++);
            if (column >= 0)
                _fields[column] = range;
        }

        if (count != _columns)
            throw _lines.Error($"there are {count} fields, where the first line names {_columns}");
        return true;
    }

    public ReadOnlySpan<byte> Field(int column) => Trim(_line.AsSpan()[_fields[column]]);

    public double Number(int column, string name) => _lines.Number(Field(column), name);

    /// <summary>A whole number, not negative; 0 digits after a point are allowed.</summary>
    public long Whole(int column, string name)
    {
        ReadOnlySpan<byte> field = Field(column);
        if (Utf8Parser.TryParse(field, out long whole, out int used) && used == field.Length && whole is >= 0 and <= (long)TraceLines.Greatest)
            return whole;
        double value = _lines.Number(field, name);
        if (value < 0 || value != Math.Floor(value))
            throw _lines.Error($"{name} is '{TraceLines.Excerpt(field)}', not a whole number from 0");
        return (long)value;
    }

    /// <summary>A name as a number: numbers are themselves, other names a hash of 64 bits.</summary>
    public long Key(int column, string name)
    {
        ReadOnlySpan<byte> field = Field(column);
        if (field.IsEmpty)
            throw _lines.Error($"{name} is empty");
        if (Utf8Parser.TryParse(field, out long number, out int used) && used == field.Length)
            return number;
        ulong hash = 14695981039346656037;
        foreach (byte b in field)
            hash = (hash ^ b) * 1099511628211;
        return (long)hash;
    }

    public ReplayException Error(string what) => _lines.Error(what);

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> field)
    {
        field = field.Trim(" \t"u8);
        return field is [(byte)'"', .., (byte)'"'] ? field[1..^1] : field;
    }

    private bool TryReadLine(out ReadOnlySpan<byte> line)
    {
        while (_lines.TryRead(out line))
            if (!line.Trim(" \t"u8).IsEmpty && line[0] != '#')
                return true;
        return false;
    }
}
