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
    private const int Kills = 100, SoakKills = 10_000;
    private const int Calls = 50_000, SoakCalls = 10_000_000;
    private const int Mutants = 50, SoakMutants = 10_000;
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10), s_soakLimit = TimeSpan.FromHours(3);

    [Fact]
    public void Long_stress_leaves_memory_as_it_was()
    {
        int seconds = SoakMinutes is { } minutes ? minutes * 60 : Seconds;
        Run($"soak={seconds}", TimeSpan.FromSeconds(seconds) + TimeSpan.FromMinutes(5));
    }

    [Fact]
    public void A_service_killed_again_and_again_loses_no_reply_and_leaves_nothing() => RunCount("kills", Kills, SoakKills, "plain");

    [Fact]
    public void Random_kernel_calls_on_several_processors_leave_nothing() => RunCount("calls", Calls, SoakCalls, "smp4");

    [Fact]
    public void Damaged_programs_leave_nothing() => RunCount("mutants", Mutants, SoakMutants, "plain");

    private static int? SoakMinutes => int.TryParse(
        Environment.GetEnvironmentVariable(TestRun.SoakMinutes), NumberStyles.None, CultureInfo.InvariantCulture, out int minutes) ? minutes : null;

    private static void RunCount(string what, int count, int soakCount, string profile) =>
        Run($"{what}={(SoakMinutes is null ? count : soakCount)}", SoakMinutes is null ? s_limit : s_soakLimit, profile);

    private static void Run(string option, TimeSpan limit, string profile = "plain")
    {
        MemoryStream panicText = new();
        using Stream progress = Console.OpenStandardError();
        GuestReader reader = new(progress, panicText);
        BatchResult result = TestImage.Run(Profile.All.Single(p => p.Name == profile), [option], limit, reader, out string log);
        Assert.True(result.End == BatchEnd.Completed, $"{result.End}; serial log: {log}\n{Encoding.UTF8.GetString(panicText.ToArray())}");
        TestRecord record = Assert.Single(reader.Tests);
        Assert.True(record.Outcome == TestOutcome.Passed, record.Message);
    }
}
