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
    public void Objects_may_take_most_of_the_heap() => Run(64, 3, "load=0", "filter=the_heap");

    /// <summary>Who fills the heap to the last is told so by an exception, for which there is still memory.</summary>
    [Fact]
    public void The_heap_may_be_filled_again_and_again() => Run(40, 1, "fills=8");

    private static void Run(int memoryMiB, int tests, params string[] options)
    {
        MemoryStream panicText = new();
        GuestReader reader = new(Stream.Null, panicText);
        BatchResult result = TestImage.Run(new Profile($"mem{memoryMiB}", 1, memoryMiB), options, TimeSpan.FromMinutes(3), reader, out string log);
        Assert.True(result.End == BatchEnd.Completed, $"{result.End}; serial log: {log}\n{Encoding.UTF8.GetString(panicText.ToArray())}");
        Assert.Equal(tests, reader.Tests.Count);
        Assert.All(reader.Tests, record => Assert.True(record.Outcome == TestOutcome.Passed, record.Message));
    }
}
