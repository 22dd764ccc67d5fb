namespace MicroLake.GuestTests;

public enum TestOutcome
{
    Passed,
    Failed,
    Skipped,
}

/// <summary>What became of one test.</summary>
/// <param name="Message">Empty, a note, the reason of a skip, or the exception with its stack trace.</param>
public sealed record TestResult(GuestTest Test, TestOutcome Outcome, string Message);
