using System.Globalization;
using System.Text;

namespace MicroLake.Nn.Csv;

/// <summary>Writes rows of float32 numbers as CSV, each in the shortest form that reads back as the same number.</summary>
public sealed class CsvWriter : IDisposable
{
    private const int LongestNumber = 32;

    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[8192];
    private int _used;

    /// <summary>A writer of UTF-8 text to <paramref name="stream"/>, which the caller closes.</summary>
    public CsvWriter(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
    }

    /// <summary>Writes a line of names; one with a comma, a quote or a line end in it is quoted.</summary>
    public void WriteHeader(params IEnumerable<string> names)
    {
        string line = string.Join(',', Array.ConvertAll([.. names], n => n.AsSpan().IndexOfAny(",\"\r\n") < 0 ? n : $"\"{n.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));
        byte[] bytes = Encoding.UTF8.GetBytes(line + "\n");
        Flush();
        _stream.Write(bytes);
    }

    /// <summary>Writes one row.</summary>
    public void WriteRow(ReadOnlySpan<float> row)
    {
        for (int i = 0; i < row.Length; i++)
        {
            if (_buffer.Length - _used < LongestNumber)
                Flush();
            if (i > 0)
                _buffer[_used++] = (byte)',';
            if (!row[i].TryFormat(_buffer.AsSpan(_used), out int written, default, CultureInfo.InvariantCulture))
                throw new InvalidOperationException("A float32 number takes less than the room kept for it.");
            _used += written;
        }

        if (_used == _buffer.Length)
            Flush();
        _buffer[_used++] = (byte)'\n';
    }

    /// <summary>Hands all that was written to the stream.</summary>
    public void Flush()
    {
        _stream.Write(_buffer, 0, _used);
        _used = 0;
    }

    /// <summary>Flushes; the stream stays open.</summary>
    public void Dispose() => Flush();
}
