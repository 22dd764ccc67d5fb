namespace MicroLake.GuestTests;

/// <summary>Records without the last one, which is the shell's to give.</summary>
internal sealed class ProcessChannel(FramedChannel records) : ITestChannel
{
    public void Begin(GuestTest test) => records.Begin(test);

    public void Result(TestResult result) => records.Result(result);

    public void End(int status)
    {
    }
}
