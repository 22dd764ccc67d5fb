using System.Text;
using MicroLake.Tool.Protocol;
using MicroLake.Tool.Qemu;
using MicroLake.Tool.Testing;
using Xunit;

namespace MicroLake.GuestTests;

/// <summary>The runtime on the smallest machine that the product promises a prompt on.</summary>
[Trait(TestRun.GuestTrait, "GuestTests.SmallMachineTests")]
public sealed class SmallMachineTests
{
    [Fact]
    public void Small_objects_may_take_most_of_the_heap()
    {
        MemoryStream panicText = new();
        GuestReader reader = new(Stream.Null, panicText);
        BatchResult result = TestImage.Run(
            new Profile("mem64", 1, 64), ["load=0", "filter=Small_objects_may_take_most_of_the_heap"], TimeSpan.FromMinutes(3), reader, out string log);
        Assert.True(result.End == BatchEnd.Completed, $"{result.End}; serial log: {log}\n{Encoding.UTF8.GetString(panicText.ToArray())}");
        TestRecord record = Assert.Single(reader.Tests);
        Assert.True(record.Outcome == TestOutcome.Passed, record.Message);
    }
}
