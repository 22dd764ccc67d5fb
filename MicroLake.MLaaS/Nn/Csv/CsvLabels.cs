using System.Globalization;

namespace MicroLake.Nn.Csv;

/// <summary>Class numbers, one for each row.</summary>
public static class CsvLabels
{
    /// <summary>Reads a file of one class number in each line.</summary>
    /// <exception cref="CsvFormatException">A line holds something else.</exception>
    public static int[] Read(Stream stream, CsvLimits? limits = null)
    {
        CsvTable table = CsvTable.Read(stream, 1, limits);
        int[] labels = new int[table.Rows];
        for (int row = 0; row < labels.Length; row++)
            labels[row] = ToClass(table.Values[row], row, 1);
        return labels;
    }

    internal static int ToClass(float value, int row, int column)
    {
        // Whole numbers up to 2^24 are exact in float32.
        if (value < 0 || value > 1 << 24 || value != MathF.Floor(value))
            throw new CsvFormatException($"Row {row + 1} has the label {value.ToString(CultureInfo.InvariantCulture)} in column {column}; a label is a class number: 0, 1, 2 and so on.", 0, 0);
        return (int)value;
    }
}
