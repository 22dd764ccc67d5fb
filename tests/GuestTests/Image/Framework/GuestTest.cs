namespace MicroLake.GuestTests;

/// <summary>One test.</summary>
/// <param name="Area">The row of the support table.</param>
/// <param name="Name">The method's name, unique within its area.</param>
/// <param name="Works">False where the test holds that a missing part fails clearly.</param>
/// <param name="Body">Runs the test; what it returns is shown beside the result.</param>
public sealed record GuestTest(string Area, string Name, bool Works, Func<string?> Body)
{
    /// <summary>
    /// How records and filters name the test: its area, marked when the area is one that the system does not have, and its
    /// name. No <c>;</c>, so that a record's fields stay apart.
    /// </summary>
    public string FullName => Works ? $"{Area}/{Name}" : $"absent: {Area}/{Name}";

    /// <summary>The tests whose full name holds the text, in any case.</summary>
    public static IEnumerable<GuestTest> Matching(IEnumerable<GuestTest> tests, string text) =>
        tests.Where(t => t.FullName.Contains(text, StringComparison.OrdinalIgnoreCase));
}
