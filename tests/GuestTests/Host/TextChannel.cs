namespace MicroLake.GuestTests;

/// <summary>One readable line for each test, for a person at a terminal.</summary>
public sealed class TextChannel(TextWriter output) : ITestChannel
{
    public void Begin(GuestTest test)
    {
    }

    public void Result(TestResult result)
    {
        output.WriteLine($"{result.Outcome,-7} {result.Test.FullName}{(result.Message.Length > 0 ? ": " : "")}{result.Message}");
        output.Flush();
    }

    public void End(int status) => output.WriteLine(status == 0 ? "no test failed" : "some tests failed");
}
