using System.Diagnostics.CodeAnalysis;

namespace MicroLake.Tool.Protocol;

public enum TestOutcome
{
    Passed,
    Failed,
    Skipped,
}

/// <summary>What a guest test image reports of one test.</summary>
/// <param name="Name">The suite and the test, dotted.</param>
/// <param name="Message">Why it failed or was skipped; empty for a test that passed.</param>
public sealed record TestRecord(string Name, TestOutcome Outcome, string Message)
{
    /// <summary>Reads the fields <c>test;NAME;OUTCOME;MESSAGE</c>, the message percent-encoded (RFC 3986, 2.1).</summary>
    public static bool TryParse(string[] fields, [NotNullWhen(true)] out TestRecord? record)
    {
        record = null;
        if (fields is not ["test", { Length: > 0 } name, string outcome, ..] || fields.Length > 4)
            return false;
        TestOutcome? parsed = outcome switch
        {
            "passed" => TestOutcome.Passed,
            "failed" => TestOutcome.Failed,
            "skipped" => TestOutcome.Skipped,
            _ => null,
        };
        if (parsed is null)
            return false;
        record = new TestRecord(name, parsed.Value, Uri.UnescapeDataString(fields.Length == 4 ? fields[3] : ""));
        return true;
    }
}
