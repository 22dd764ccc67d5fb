using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MicroLake.Shell;

/// <summary>
/// Rows that a command lists, for people as columns or for programs as a JSON array of objects: one description
/// for both, so that they cannot differ.
/// </summary>
public sealed class Table(params Column[] columns)
{
    private readonly List<Cell[]> _rows = [];

    /// <summary>Adds a row, one cell per column.</summary>
    public void Add(params Cell[] cells)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(cells.Length, columns.Length);
        _rows.Add(cells);
    }

    /// <summary>Writes all rows; as text without rows, the given sentence.</summary>
    public void Write(CommandContext context, bool json, string whenEmpty = "")
    {
        if (json)
            context.Output.WriteLine(ToJson());
        else if (_rows.Count == 0)
            context.Output.WriteLine(whenEmpty);
        else
            WriteText(context.Output);
    }

    internal string ToJson() => ToJson((null, this));

    /// <summary>The rows of several tables as one array; of tables with a kind, each row begins with it.</summary>
    internal static string ToJson(params ReadOnlySpan<(string? Kind, Table Table)> tables)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartArray();
            foreach ((string? kind, Table table) in tables)
                table.WriteRows(writer, kind);
            writer.WriteEndArray();
        }
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private void WriteRows(Utf8JsonWriter writer, string? kind)
    {
        foreach (Cell[] row in _rows)
        {
            writer.WriteStartObject();
            if (kind is not null)
                writer.WriteString("kind", kind);
            for (int i = 0; i < columns.Length; i++)
                row[i].Write(writer, columns[i].Key);
            writer.WriteEndObject();
        }
    }

    internal void WriteText(TextWriter output)
    {
        int[] widths = Array.ConvertAll(columns, column => column.Title.Length);
        foreach (Cell[] row in _rows)
            for (int i = 0; i < widths.Length; i++)
                widths[i] = Math.Max(widths[i], row[i].Text.Length);
        WriteRow(output, widths, Array.ConvertAll(columns, column => column.Title));
        foreach (Cell[] row in _rows)
            WriteRow(output, widths, Array.ConvertAll(row, cell => cell.Text));
    }

    private void WriteRow(TextWriter output, int[] widths, string[] texts)
    {
        StringBuilder line = new();
        for (int i = 0; i < columns.Length; i++)
            line.Append(i == 0 ? "" : "  ").Append(columns[i].AlignRight ? texts[i].PadLeft(widths[i]) : texts[i].PadRight(widths[i]));
        output.WriteLine(line.ToString().TrimEnd());
    }
}

/// <summary>A column: its title for people, its key in JSON (camel case), and on which side its text stands.</summary>
public readonly record struct Column(string Title, string Key, bool AlignRight = false);

/// <summary>One value of a row: the text for people, and the value in JSON.</summary>
public readonly struct Cell
{
    private readonly object? _value;

    private Cell(string text, object? value)
    {
        Text = text;
        _value = value;
    }

    /// <summary>What people see.</summary>
    public string Text { get; }

    public static implicit operator Cell(string? text) => new(text ?? "-", text);

    public static implicit operator Cell(long value) => new(value.ToString(CultureInfo.InvariantCulture), value);

    public static implicit operator Cell(int value) => (long)value;

    public static implicit operator Cell(bool value) => new(value ? "yes" : "no", value);

    /// <summary>Bytes: with a unit for people, as a plain number in JSON.</summary>
    public static Cell Bytes(long value) => new(ByteSize.Format(value), value);

    /// <summary>A number, for people in a format of its own.</summary>
    public static Cell Number(double value, string format) => new(value.ToString(format, CultureInfo.InvariantCulture), value);

    /// <summary>Text that differs for people, such as a decorated name.</summary>
    public static Cell Shown(string text, string value) => new(text, value);

    internal void Write(Utf8JsonWriter writer, string key)
    {
        switch (_value)
        {
            case null: writer.WriteNull(key); break;
            case string text: writer.WriteString(key, text); break;
            case long number: writer.WriteNumber(key, number); break;
            case bool flag: writer.WriteBoolean(key, flag); break;
            case double number when double.IsFinite(number): writer.WriteNumber(key, number); break;
            default: writer.WriteNull(key); break;
        }
    }
}
