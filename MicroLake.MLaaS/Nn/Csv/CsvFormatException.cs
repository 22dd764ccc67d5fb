namespace MicroLake.Nn.Csv;

/// <summary>A CSV file that does not hold what it should; the message says in which line and column, and what to do.</summary>
public sealed class CsvFormatException(string message, long line, int column)
    : Exception(column > 0 ? $"line {line}, column {column}: {message}" : line > 0 ? $"line {line}: {message}" : message)
{
    /// <summary>Line in the file, from 1; 0 when the file as a whole is meant.</summary>
    public long Line { get; } = line;

    /// <summary>Column (field) in the line, from 1; 0 when the line as a whole is meant.</summary>
    public int Column { get; } = column;
}
