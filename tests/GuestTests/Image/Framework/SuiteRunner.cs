namespace MicroLake.GuestTests;

/// <summary>Runs tests one after the other, each on a thread of its own, under background load.</summary>
public sealed class SuiteRunner(ITestChannel channel)
{
    /// <summary>
    /// How long a test may run before it counts as hung. Far more than any test takes on a slow emulator: it turns a hang
    /// into a named failure and decides nothing else.
    /// </summary>
    public TimeSpan HangLimit { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Whether threads allocate and compute beside the tests.</summary>
    public bool UnderLoad { get; init; } = true;

    /// <returns>The results in the order of the tests.</returns>
    public IReadOnlyList<TestResult> Run(IEnumerable<GuestTest> tests)
    {
        var results = new List<TestResult>();
        using (UnderLoad ? new BackgroundLoad() : null)
        {
            foreach (GuestTest test in tests)
            {
                channel.Begin(test);
                TestResult result = RunOne(test);
                results.Add(result);
                channel.Result(result);
            }
        }
        channel.End(results.Any(r => r.Outcome == TestOutcome.Failed) ? 1 : 0);
        return results;
    }

    private TestResult RunOne(GuestTest test)
    {
        TestResult? result = null;
        var thread = new Thread(() => Volatile.Write(ref result, Outcome(test))) { Name = test.FullName, IsBackground = true };
        thread.Start();
        thread.Join(HangLimit);
        return Volatile.Read(ref result)
            ?? new TestResult(test, TestOutcome.Failed, $"still running after {HangLimit.TotalSeconds} s");
    }

    private static TestResult Outcome(GuestTest test)
    {
        try
        {
            return new TestResult(test, TestOutcome.Passed, test.Body() ?? "");
        }
        catch (SkipException e)
        {
            return new TestResult(test, TestOutcome.Skipped, e.Message);
        }
        catch (Exception e)
        {
            return new TestResult(test, TestOutcome.Failed, e.ToString());
        }
    }
}
