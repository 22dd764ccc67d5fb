namespace MicroLake.Nn.Csv;

/// <summary>Reads a stream line by line, as bytes, in one buffer that never grows beyond the longest line allowed.</summary>
internal sealed class LineReader(Stream stream, int maxLineBytes)
{
    private byte[] _buffer = new byte[Math.Min(4096, maxLineBytes + 2)];
    private int _start;
    private int _end;
    private bool _atEnd;

    /// <summary>Number of the line last read, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Reads the next line, without its end (LF or CR LF); false at the end of the stream.</summary>
    /// <exception cref="CsvFormatException">The line is longer than allowed.</exception>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        int searched = _start;
        while (true)
        {
            int end = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (end >= 0)
                return Take(searched + end, 1, out line);
            searched = _end;
            if (_atEnd)
                return _start < _end ? Take(_end, 0, out line) : None(out line);
            int shift = Fill();
            searched -= shift;
        }
    }

    private static bool None(out ReadOnlySpan<byte> line)
    {
        line = default;
        return false;
    }

    private bool Take(int end, int terminator, out ReadOnlySpan<byte> line)
    {
        Line++;
        line = _buffer.AsSpan(_start, end - _start);
        if (line is [.., (byte)'\r'])
            line = line[..^1];
        if (line.Length > maxLineBytes)
            ThrowTooLong();
        _start = end + terminator;
        return true;
    }

    /// <summary>Reads more behind what is left; returns by how much that was moved to the front.</summary>
    private int Fill()
    {
        int shift = 0;
        if (_end == _buffer.Length)
        {
            if (_start > 0)
            {
                shift = _start;
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                (_start, _end) = (0, _end - _start);
            }
            else if (_buffer.Length < maxLineBytes + 2)
            {
                Array.Resize(ref _buffer, Math.Min(2 * _buffer.Length, maxLineBytes + 2));
            }
            else
            {
                Line++;
                ThrowTooLong();
            }
        }

        int read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _atEnd = read == 0;
        return shift;
    }

    private void ThrowTooLong() =>
        throw new CsvFormatException($"it is longer than {maxLineBytes} bytes. Is this a CSV file of numbers?", Line, 0);
}
