using System.Text.Json;

namespace MicroLake.Tool.Testing;

/// <summary>Reads the result file of a test program in the Common Test Report Format (ctrf.io): <c>results.summary</c>.</summary>
public static class CtrfReport
{
    /// <summary>Returns the counts, or null where the file is missing or cut short because the program died.</summary>
    public static TestCounts? Read(string path)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            using JsonDocument report = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement summary = report.RootElement.GetProperty("results").GetProperty("summary");
            int tests = summary.GetProperty("tests").GetInt32();
            int passed = summary.GetProperty("passed").GetInt32();
            int skipped = summary.GetProperty("skipped").GetInt32();
            // Whatever neither passed nor was skipped counts against the run.
            return new TestCounts(passed, tests - passed - skipped, skipped);
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
