using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace MicroLake.GuestTests.Suites;

public sealed record Order(int Id, string Customer, List<OrderLine> Lines, DateTime Placed, decimal? Discount);

public sealed record OrderLine(string Item, int Count, double Price);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = false)]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(Dictionary<string, int[]>))]
internal sealed partial class OrderJson : JsonSerializerContext;

[Area("System.Text.Json (source generated)")]
public static class JsonTests
{
    private const string Text =
        """{"id":7,"customer":"\u00C5se","lines":[{"item":"pen","count":2,"price":1.25}],"placed":"2025-01-02T03:04:05Z","discount":null}""";

    private static readonly Order s_order =
        new(7, "\u00c5se", [new OrderLine("pen", 2, 1.25)], new DateTime(2025, 1, 2, 3, 4, 5, DateTimeKind.Utc), null);

    [GuestTest]
    public static void Objects_are_written() => Check.Equal(Text, JsonSerializer.Serialize(s_order, OrderJson.Default.Order));

    [GuestTest]
    public static void Objects_are_read()
    {
        Order read = JsonSerializer.Deserialize(Text, OrderJson.Default.Order)!;
        Check.Equal(s_order.Lines[0], read.Lines[0]);
        Check.Equal(s_order with { Lines = read.Lines }, read);
    }

    [GuestTest]
    public static void Maps_of_arrays()
    {
        var map = JsonSerializer.Deserialize("""{"a":[1,2],"b":[]}""", OrderJson.Default.DictionaryStringInt32Array)!;
        Check.Sequence([1, 2], map["a"]);
        Check.Equal(0, map["b"].Length);
    }

    [GuestTest]
    public static async Task Streams_asynchronously()
    {
        using var stream = new MemoryStream();
        await JsonSerializer.SerializeAsync(stream, s_order, OrderJson.Default.Order);
        stream.Position = 0;
        Order? read = await JsonSerializer.DeserializeAsync(stream, OrderJson.Default.Order);
        Check.Equal(7, read!.Id);
    }

    [GuestTest]
    public static void Documents_and_nodes()
    {
        using JsonDocument document = JsonDocument.Parse("""{"x":{"y":[1,2.5,"z",true,null]}}""");
        Check.Equal(2.5, document.RootElement.GetProperty("x").GetProperty("y")[1].GetDouble());
        JsonNode node = JsonNode.Parse("""{"a":1}""")!;
        node["b"] = new JsonArray(1, 2);
        Check.Equal("""{"a":1,"b":[1,2]}""", node.ToJsonString());
    }

    [GuestTest]
    public static void Bad_text_says_where()
    {
        var e = Check.Throws<JsonException>(() => JsonSerializer.Deserialize("""{"id":"x"}""", OrderJson.Default.Order));
        Check.Equal("$.id", e.Path);
    }
}
