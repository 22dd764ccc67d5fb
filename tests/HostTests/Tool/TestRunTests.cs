using MicroLake.Tool.Testing;
using Xunit;

namespace MicroLake.HostTests.Tool;

public sealed class TestRunTests
{
    [Theory]
    [InlineData(null, "HostTests HostTests GuestTests ConsoleTests")]
    [InlineData("Softmax", "HostTests HostTests GuestTests ConsoleTests")]
    [InlineData("HostTests.Tool", "HostTests HostTests")]
    [InlineData("ConsoleTests", "ConsoleTests")]
    [InlineData("GuestTests.mem128", "GuestTests")]
    public void A_filter_that_names_a_project_leaves_out_the_others(string? filter, string projects) =>
        Assert.Equal(projects, string.Join(' ', TestRun.For(filter).Select(r => r.Project.Name.Replace("MicroLake.", ""))));

    [Fact]
    public void The_scalar_kernels_are_tested_too()
    {
        TestRun scalar = Assert.Single(TestRun.For(null), r => r.Environment.ContainsKey("DOTNET_EnableHWIntrinsic"));
        Assert.Equal("0", scalar.Environment["DOTNET_EnableHWIntrinsic"]);
        Assert.Contains("MicroLake.HostTests.Nn*", scalar.Filters);
    }
}
