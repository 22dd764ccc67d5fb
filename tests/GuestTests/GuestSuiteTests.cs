using MicroLake.Tool.Protocol;
using MicroLake.Tool.Testing;
using Xunit;

namespace MicroLake.GuestTests;

/// <summary>Shows each test that ran in the guest as a test of its own, once for each machine profile.</summary>
public sealed class GuestSuiteTests
{
    public static IEnumerable<TheoryDataRow<string, string>> Tests() =>
        Profile.All.SelectMany(p => GuestRun.On(p.Name).Tests.Keys.Select(name => Row(p.Name, name)));

    public static IEnumerable<TheoryDataRow<string, string>> Profiles() =>
        Profile.All.Select(p => Row(p.Name, "the guest ends in order"));

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Tests))]
    public void A_guest_test_passes(string profile, string name)
    {
        TestRecord test = GuestRun.On(profile).Tests[name];
        if (test.Outcome == TestOutcome.Skipped)
            Assert.Skip(test.Message);
        if (test.Outcome == TestOutcome.Failed)
            Assert.Fail(test.Message);
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void The_guest_ends_in_order(string profile, string name)
    {
        if (GuestRun.On(profile).Trouble is { } trouble)
            Assert.Fail($"{name}: not so, {trouble}");
    }

    private static TheoryDataRow<string, string> Row(string profile, string name)
    {
        string display = $"GuestTests.{profile}.{name}";
        return new TheoryDataRow<string, string>(profile, name) { TestDisplayName = display }
            .WithTrait(TestRun.GuestTrait, display);
    }
}
