using MicroLake.Tool.Testing;
using Xunit;

namespace MicroLake.HostTests.Tool;

public sealed class CtrfReportTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData("""{"results":{"summary":{"tests":6,"passed":3,"failed":1,"pending":0,"skipped":1,"other":1}}}""", "3 passed, 2 failed, 1 skipped")]
    [InlineData("""{"results":{"summary":{"tests":0,"passed":0,"skipped":0}}}""", "0 passed, 0 failed, 0 skipped")]
    [InlineData("""{"results":{"summ""", null)]
    [InlineData("""{"results":{}}""", null)]
    [InlineData("[]", null)]
    [InlineData("", null)]
    public void Counts_are_read_or_their_absence_is_told(string json, string? expected)
    {
        File.WriteAllText(_path, json);
        Assert.Equal(expected, CtrfReport.Read(_path)?.ToString());
    }

    [Fact]
    public void A_program_that_wrote_nothing_has_no_counts() => Assert.Null(CtrfReport.Read("/no/such/report"));
}
