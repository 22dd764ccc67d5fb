using System.Text.Json;

namespace MicroLake.Bench.Report;

/// <summary>The figures as a JSON array of <c>{"name", "unit", "min", "median", "max", "peer", "peer_min", "ratio"}</c>; the last three are null without a peer.</summary>
public static class JsonReport
{
    public static void Write(Stream output, IEnumerable<Figure> figures)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartArray();
        foreach (Figure figure in figures)
        {
            json.WriteStartObject();
            json.WriteString("name", figure.Name);
            json.WriteString("unit", figure.Unit);
            json.WriteNumber("min", figure.Spread.Min);
            json.WriteNumber("median", figure.Spread.Median);
            json.WriteNumber("max", figure.Spread.Max);
            json.WriteString("peer", figure.Peer?.Name);
            WriteNumber(json, "peer_min", figure.Peer?.Spread.Min);
            WriteNumber(json, "ratio", figure.Ratio);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }
}
