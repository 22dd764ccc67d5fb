using System.Text;

namespace MicroLake.GuestTests;

/// <summary>
/// Records between APC strings (ECMA-48, <c>ESC _ ... ESC \</c>) on an output that other text may share:
/// <c>ML;test;NAME;passed|failed|skipped;MESSAGE</c> and at last <c>ML;end;STATUS</c>. The message is percent-encoded.
/// </summary>
public sealed class FramedChannel(TextWriter output) : ITestChannel
{
    /// <summary>From now on what is written between the records is meant for whoever started the machine.</summary>
    public void Open() => Record("begin");

    public void Begin(GuestTest test)
    {
        output.Write($"running {test.FullName}\n");
        output.Flush();
    }

    public void Result(TestResult result) =>
        Record($"test;{result.Test.FullName};{Word(result.Outcome)};{Uri.EscapeDataString(result.Message)}");

    public void End(int status) => Record($"end;{status}");

    private static string Word(TestOutcome outcome) => outcome switch
    {
        TestOutcome.Passed => "passed",
        TestOutcome.Failed => "failed",
        _ => "skipped",
    };

    private void Record(string fields)
    {
        output.Write(new StringBuilder("\e_ML;").Append(fields).Append("\e\\\n"));
        output.Flush();
    }
}
