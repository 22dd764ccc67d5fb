using System.Globalization;
using System.Text;
using MicroLake.Tool.Protocol;
using MicroLake.Tool.Qemu;
using MicroLake.Tool.Testing;
using Xunit;

namespace MicroLake.GuestTests;

/// <summary>Long stress of the whole system: for seconds in every run, for minutes with <c>test --soak</c>.</summary>
[Trait(TestRun.GuestTrait, "GuestTests.SoakTests")]
public sealed class SoakTests
{
    private const int Seconds = 15;

    [Fact]
    public void Long_stress_leaves_memory_as_it_was()
    {
        int seconds = int.TryParse(
            Environment.GetEnvironmentVariable(TestRun.SoakMinutes), NumberStyles.None, CultureInfo.InvariantCulture, out int minutes)
            ? minutes * 60
            : Seconds;
        MemoryStream panicText = new();
        using Stream progress = Console.OpenStandardError();
        GuestReader reader = new(progress, panicText);
        TimeSpan limit = TimeSpan.FromSeconds(seconds) + TimeSpan.FromMinutes(5);
        BatchResult result = TestImage.Run(
            Profile.All[0], [string.Create(CultureInfo.InvariantCulture, $"soak={seconds}")], limit, reader, out string log);
        Assert.True(result.End == BatchEnd.Completed, $"{result.End}; serial log: {log}\n{Encoding.UTF8.GetString(panicText.ToArray())}");
        TestRecord record = Assert.Single(reader.Tests);
        Assert.True(record.Outcome == TestOutcome.Passed, record.Message);
    }
}
