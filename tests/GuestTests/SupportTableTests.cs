using MicroLake.Tool.Protocol;
using MicroLake.Tool.Testing;
using MicroLake.Tool.Workspace;
using Xunit;

namespace MicroLake.GuestTests;

[Trait(TestRun.GuestTrait, "GuestTests.SupportTableTests")]
public sealed class SupportTableTests
{
    /// <summary>Set to 1, the README is brought up to date instead of being compared.</summary>
    private const string UpdateVariable = "MICROLAKE_UPDATE_README";

    [Fact]
    public void Areas_that_work_come_first_and_those_that_do_not_name_the_exception()
    {
        string table = SupportTable.Render(
        [
            new TestRecord("absent: Sockets/Tcp", TestOutcome.Passed, "PlatformNotSupportedException"),
            new TestRecord("absent: Sockets/Udp", TestOutcome.Passed, "PlatformNotSupportedException"),
            new TestRecord("Math/Sin", TestOutcome.Passed, ""),
            new TestRecord("Math/Fma", TestOutcome.Skipped, "no FMA"),
            new TestRecord("Files/Read", TestOutcome.Failed, "trace"),
            new TestRecord("Files/Write_text", TestOutcome.Failed, "trace"),
        ]);
        Assert.Equal(
            """
            | Area | Works | Tests passed |
            |---|---|---|
            | Files | not all: Read, Write text | 0 of 2 |
            | Math | yes | 1 of 2 |
            | Sockets | no: PlatformNotSupportedException | 2 of 2 |

            """,
            table);
    }

    [Fact]
    public void The_table_goes_between_the_markers_and_nothing_else_changes()
    {
        string before = $"head\n{SupportTable.Begin}\nold\n{SupportTable.End}\ntail\n";
        string after = SupportTable.PutInto(before, "| new |\n");
        Assert.Equal($"head\n{SupportTable.Begin}\n| new |\n{SupportTable.End}\ntail\n", after);
        Assert.Equal("| new |\n", SupportTable.In(after));
        Assert.Throws<InvalidOperationException>(() => SupportTable.In("no markers"));
    }

    [Fact]
    public void The_README_shows_what_the_guest_reported()
    {
        string readme = Repository.PathOf("README.md");
        string document = File.ReadAllText(readme);
        string table = SupportTable.Render(GuestRun.On(Profile.All[0].Name).Tests.Values);
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
            File.WriteAllText(readme, document = SupportTable.PutInto(document, table));
        Assert.True(
            SupportTable.In(document) == table,
            $"README.md is out of date; run this test with {UpdateVariable}=1 to bring it up to date. The guest reports:\n{table}");
    }
}
