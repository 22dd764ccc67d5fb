namespace MicroLake.Nn.Csv;

/// <summary>Cuts a line at its commas, except those between quotes.</summary>
internal ref struct FieldSplitter(ReadOnlySpan<byte> line)
{
    private readonly ReadOnlySpan<byte> _line = line;
    private int _next;

    /// <summary>The field that <see cref="MoveNext"/> found.</summary>
    public Range Current { get; private set; }

    public readonly FieldSplitter GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_next > _line.Length)
            return false;
        bool quoted = false;
        int end = _next;
        while (end < _line.Length && (quoted || _line[end] != ','))
            quoted ^= _line[end++] == '"';
        Current = _next..end;
        _next = end + 1;
        return true;
    }
}
