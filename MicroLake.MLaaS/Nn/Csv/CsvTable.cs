namespace MicroLake.Nn.Csv;

/// <summary>Rows of float32 numbers, all of the same length.</summary>
public sealed class CsvTable
{
    private CsvTable(float[] values, int rows, int columns, IReadOnlyList<string> header)
    {
        Values = values;
        Rows = rows;
        Columns = columns;
        Header = header;
    }

    /// <summary>[Rows, Columns], row after row.</summary>
    public float[] Values { get; }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Names of the columns, empty when the file has none.</summary>
    public IReadOnlyList<string> Header { get; }

    /// <summary>Reads a whole file.</summary>
    /// <param name="stream">UTF-8 text, which the caller closes.</param>
    /// <param name="columns">Numbers that each row must have; null for as many as the first row has.</param>
    /// <param name="limits">What the file may take; <see cref="CsvLimits.Default"/> when null.</param>
    /// <exception cref="CsvFormatException">The file holds something else than rows of numbers, or none.</exception>
    public static CsvTable Read(Stream stream, int? columns = null, CsvLimits? limits = null)
    {
        limits ??= CsvLimits.Default;
        var reader = new CsvReader(stream, columns, limits);
        float[] values = [];
        int count = 0, rows = 0;
        while (reader.TryRead(out ReadOnlySpan<float> row))
        {
            if (row.Length > limits.MaxValues - count)
                throw new CsvFormatException($"the file holds more than {limits.MaxValues} numbers. Cut it into smaller files.", reader.Line, 0);
            if (count + row.Length > values.Length)
                Array.Resize(ref values, (int)Math.Min(limits.MaxValues, Math.Max(1024, 2L * (count + row.Length))));
            row.CopyTo(values.AsSpan(count));
            count += row.Length;
            rows++;
        }

        if (rows == 0)
            throw new CsvFormatException("The file holds no row of numbers.", 0, 0);
        Array.Resize(ref values, count);
        return new(values, rows, reader.Columns, reader.Header);
    }

    /// <summary>The last column as class numbers, and a table of the others.</summary>
    /// <exception cref="CsvFormatException">There is only one column, or a label is not a class number.</exception>
    public (CsvTable Features, int[] Labels) SplitLabels()
    {
        if (Columns < 2)
            throw new CsvFormatException("There is one column only, so that no numbers are left beside the label.", 0, 0);
        float[] features = new float[Rows * (Columns - 1)];
        int[] labels = new int[Rows];
        for (int row = 0; row < Rows; row++)
        {
            ReadOnlySpan<float> values = Values.AsSpan(row * Columns, Columns);
            values[..^1].CopyTo(features.AsSpan(row * (Columns - 1)));
            labels[row] = CsvLabels.ToClass(values[^1], row, Columns);
        }

        return (new(features, Rows, Columns - 1, [.. Header.Take(Columns - 1)]), labels);
    }
}
