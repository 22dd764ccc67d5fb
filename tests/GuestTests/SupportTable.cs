using System.Text;
using MicroLake.Tool.Protocol;

namespace MicroLake.GuestTests;

/// <summary>
/// The table of what .NET can do in the guest, from what the guest's tests reported. A test's name is its area, a slash and
/// the method; an area that the system does not have begins with <c>absent: </c>, and its tests' messages name the exception.
/// </summary>
public static class SupportTable
{
    public const string Begin = "<!-- dotnet-table:begin -->";
    public const string End = "<!-- dotnet-table:end -->";
    private const string AbsentMark = "absent: ";

    public static string Render(IEnumerable<TestRecord> tests)
    {
        var text = new StringBuilder("| Area | Works | Tests passed |\n|---|---|---|\n");
        var areas = tests.GroupBy(t => t.Name[..t.Name.LastIndexOf('/')])
            .OrderBy(a => a.Key.StartsWith(AbsentMark, StringComparison.Ordinal))
            .ThenBy(a => a.Key, StringComparer.Ordinal);
        foreach (var area in areas)
        {
            bool absent = area.Key.StartsWith(AbsentMark, StringComparison.Ordinal);
            int passed = area.Count(t => t.Outcome == TestOutcome.Passed);
            int counted = area.Count(t => t.Outcome != TestOutcome.Skipped);
            string works = passed < counted ? Broken(area) : absent ? Refusal(area) : "yes";
            text.Append($"| {(absent ? area.Key[AbsentMark.Length..] : area.Key)} | {works} | {passed} of {area.Count()} |\n");
        }
        return text.ToString();
    }

    /// <summary>Puts the table between the markers of a document.</summary>
    /// <exception cref="InvalidOperationException">The document lacks a marker.</exception>
    public static string PutInto(string document, string table)
    {
        (int start, int end) = Markers(document);
        return $"{document[..start]}\n{table}{document[end..]}";
    }

    /// <summary>What stands between the markers of a document.</summary>
    /// <exception cref="InvalidOperationException">The document lacks a marker.</exception>
    public static string In(string document)
    {
        (int start, int end) = Markers(document);
        return document[start..end].TrimStart('\n');
    }

    private static (int Start, int End) Markers(string document)
    {
        int begin = document.IndexOf(Begin, StringComparison.Ordinal);
        int end = document.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin)
            throw new InvalidOperationException($"The document needs the markers {Begin} and {End}, in this order.");
        return (begin + Begin.Length, end);
    }

    private static string Broken(IEnumerable<TestRecord> area) =>
        "not all: " + string.Join(", ", area.Where(t => t.Outcome == TestOutcome.Failed)
            .Select(t => t.Name[(t.Name.LastIndexOf('/') + 1)..].Replace('_', ' ')));

    private static string Refusal(IEnumerable<TestRecord> area) =>
        "no: " + string.Join(", ", area.Where(t => t.Message.Length > 0).Select(t => t.Message).Distinct().Order(StringComparer.Ordinal));
}
