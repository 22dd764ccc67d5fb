using System.Globalization;
using System.Text;

namespace MicroLake.Files;

/// <summary>
/// Extended attributes of pax archives (POSIX.1-2001, pax Extended Header): records <c>LENGTH KEY=VALUE\n</c>. Only
/// what changes where data lies or what it is called is kept.
/// </summary>
internal sealed class PaxRecords
{
    public string? Path { get; set; }

    public string? LinkPath { get; set; }

    public long? Size { get; set; }

    /// <summary>Modification time in nanoseconds since 1970.</summary>
    public long? Modification { get; set; }

    public PaxRecords Copy() => (PaxRecords)MemberwiseClone();

    /// <summary>Reads records over those already here; false when a record is malformed.</summary>
    public bool TryRead(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            int blank = data.IndexOf((byte)' ');
            if (blank is < 1 or > 9 || !int.TryParse(data[..blank], NumberStyles.None, CultureInfo.InvariantCulture, out int length))
                return false;
            if (length <= blank + 1 || length > data.Length || data[length - 1] != '\n')
                return false;
            ReadOnlySpan<byte> record = data[(blank + 1)..(length - 1)];
            int equals = record.IndexOf((byte)'=');
            if (equals < 1 || !TrySet(Encoding.UTF8.GetString(record[..equals]), Encoding.UTF8.GetString(record[(equals + 1)..])))
                return false;
            data = data[length..];
        }
        return true;
    }

    private bool TrySet(string key, string value)
    {
        switch (key)
        {
            case "path":
                Path = value.Length == 0 ? null : value;
                return true;
            case "linkpath":
                LinkPath = value.Length == 0 ? null : value;
                return true;
            case "size":
                bool isSize = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long size);
                Size = size;
                return isSize;
            case "mtime":
                bool isTime = decimal.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                    CultureInfo.InvariantCulture, out decimal seconds) && Math.Abs(seconds) < 9_000_000_000m;
                Modification = isTime ? (long)(seconds * 1_000_000_000m) : null;
                return isTime;
            case "GNU.sparse.major" or "GNU.sparse.map" or "GNU.sparse.size":
                // The data would be holes and pieces, not the file.
                return false;
            default:
                return true;
        }
    }
}
