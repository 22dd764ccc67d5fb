using System.Text;
using MicroLake.Tool.Protocol;
using MicroLake.Tool.Qemu;
using MicroLake.Tool.Testing;
using Xunit;

namespace MicroLake.GuestTests;

/// <summary>What ends a program on any .NET ends the guest in a panic that says why and where, with a status of its own.</summary>
[Trait(TestRun.GuestTrait, "GuestTests.PanicTests")]
public sealed class PanicTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    [Theory]
    [InlineData("stackoverflow", "RecurseWithoutEnd")]
    [InlineData("unhandled", "nobody catches this")]
    [InlineData("failfast", "asked to fail fast")]
    public void The_panic_says_what_happened(string test, string said)
    {
        MemoryStream panicText = new();
        BatchResult result = TestImage.Run(Profile.All[0], [$"test={test}"], s_limit, new GuestReader(Stream.Null, panicText), out string log);
        Assert.Equal(new BatchResult(BatchEnd.Panicked, null, QemuArguments.PanicStatus), result);
        // The runtime's own last words come before the panic.
        Assert.Contains(said, File.ReadAllText(log));
        Assert.Contains("backtrace", Encoding.UTF8.GetString(panicText.ToArray()));
    }
}
