using MicroLake.Tool.Protocol;
using Xunit;

namespace MicroLake.GuestTests;

/// <summary>As many processors as the machine has are at work.</summary>
public sealed class ProcessorStartTests
{
    private const string Test = "Several processors (--smp)/The_runtime_sees_every_processor";

    public static IEnumerable<TheoryDataRow<string>> Profiles() => Profile.All.Where(p => !p.InProcess).Select(p => new TheoryDataRow<string>(p.Name));

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Every_processor_is_started(string profile)
    {
        TestRecord record = GuestRun.On(profile).Tests[Test];
        Assert.Equal($"{Profile.All.Single(p => p.Name == profile).Processors} processors", record.Message);
    }
}
