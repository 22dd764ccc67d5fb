using System.Text.Json;

namespace MicroLake.ConsoleTests.Harness;

/// <summary>What <c>mem</c> tells after a collection, in bytes.</summary>
public sealed record GuestMemory(long Free, long Managed)
{
    public static GuestMemory Of(GuestConsole console)
    {
        using JsonDocument table = JsonDocument.Parse(console.Run("mem --gc --json"));
        Dictionary<string, long> sizes = table.RootElement.EnumerateArray()
            .ToDictionary(row => row.GetProperty("name").GetString()!, row => row.GetProperty("bytes").GetInt64());
        return new GuestMemory(sizes["free"], sizes["managed"]);
    }
}
