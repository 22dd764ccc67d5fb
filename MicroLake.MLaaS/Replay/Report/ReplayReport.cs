using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MicroLake.Replay.Report;

/// <summary>What a replay found: facts about the trace, and a row for each policy; as text for people, or as JSON.</summary>
public sealed class ReplayReport(string hook, params (string Title, string Key)[] columns)
{
    private readonly List<(string Key, ReportValue Value)> _facts = [];
    private readonly List<ReportValue[]> _rows = [];
    private readonly List<string> _notes = [];

    /// <summary>Adds something about the trace or the machine; the key is words apart by underscores.</summary>
    public void AddFact(string key, ReportValue value) => _facts.Add((key, value));

    /// <summary>Adds a policy's row, one value per column.</summary>
    public void AddRow(params ReportValue[] values) => _rows.Add(values);

    /// <summary>Adds a sentence under the table, for people alone.</summary>
    public void AddNote(string sentence) => _notes.Add(sentence);

    /// <summary>The number in a row and column, for whoever compares policies.</summary>
    public double Number(string policy, string key)
    {
        int column = Array.FindIndex(columns, c => c.Key == key);
        foreach (ReportValue[] row in _rows)
            if (row[0].Text == policy)
                return row[column].Number ?? double.NaN;
        throw new ArgumentException($"There is no policy {policy} in the report.", nameof(policy));
    }

    public void WriteText(TextWriter output)
    {
        var line = new StringBuilder(hook);
        foreach ((string key, ReportValue value) in _facts)
            line.Append(line.Length == hook.Length ? ": " : ", ").Append(key.Replace('_', ' ')).Append(' ').Append(value.Text);
        output.WriteLine(line.ToString());
        int[] widths = new int[columns.Length];
        for (int i = 0; i < widths.Length; i++)
        {
            widths[i] = columns[i].Title.Length;
            foreach (ReportValue[] row in _rows)
                widths[i] = Math.Max(widths[i], row[i].Text.Length);
        }

        WriteLine(output, widths, i => columns[i].Title);
        foreach (ReportValue[] row in _rows)
            WriteLine(output, widths, i => row[i].Text);
        foreach (string note in _notes)
            output.WriteLine(note);
    }

    public void WriteJson(TextWriter output)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            writer.WriteString("hook", hook);
            foreach ((string key, ReportValue value) in _facts)
                value.Write(writer, key);
            writer.WriteStartArray("policies");
            foreach (ReportValue[] row in _rows)
            {
                writer.WriteStartObject();
                for (int i = 0; i < columns.Length; i++)
                    row[i].Write(writer, columns[i].Key);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        output.WriteLine(Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length));
    }

    /// <summary>The first two columns are words, the others numbers.</summary>
    private static void WriteLine(TextWriter output, int[] widths, Func<int, string> text)
    {
        var line = new StringBuilder();
        for (int i = 0; i < widths.Length; i++)
            line.Append(i == 0 ? "" : "  ").Append(i < 2 ? text(i).PadRight(widths[i]) : text(i).PadLeft(widths[i]));
        output.WriteLine(line.ToString().TrimEnd());
    }
}

/// <summary>A word or a number.</summary>
public sealed class ReportValue
{
    private ReportValue(string text, double? number) => (Text, Number) = (text, number);

    public string Text { get; }

    /// <summary>Null for a word, and for a number that there is none of.</summary>
    public double? Number { get; }

    public static implicit operator ReportValue(string text) => new(text, null);

    public static implicit operator ReportValue(long number) => new(number.ToString(CultureInfo.InvariantCulture), number);

    /// <summary>A number with so many digits behind the point for people, and all of them for programs; a dash if it is none.</summary>
    public static ReportValue Of(double number, int digits) => double.IsFinite(number)
        ? new(number.ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), number)
        : new("-", double.NaN);

    internal void Write(Utf8JsonWriter writer, string key)
    {
        if (Number is not { } number)
            writer.WriteString(key, Text);
        else if (double.IsNaN(number))
            writer.WriteNull(key);
        else
            writer.WriteNumber(key, number);
    }
}
