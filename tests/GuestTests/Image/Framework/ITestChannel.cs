namespace MicroLake.GuestTests;

/// <summary>Where results go.</summary>
public interface ITestChannel
{
    /// <summary>A test begins: if nothing follows, this is the one that hangs.</summary>
    void Begin(GuestTest test);

    void Result(TestResult result);

    /// <summary>All tests are done.</summary>
    /// <param name="status">0 when none failed.</param>
    void End(int status);
}
