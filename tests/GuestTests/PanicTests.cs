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

    /// <summary>Before there is a heap, threads, or even a memory map.</summary>
    [Theory]
    [InlineData("early")]
    [InlineData("memory")]
    public void A_fault_in_the_boot_is_told_with_registers_and_names(string stage)
    {
        MemoryStream panicText = new();
        BatchResult result = TestImage.Run(
            Profile.All[0], [], s_limit, new GuestReader(Stream.Null, panicText), out _, $"fault={stage}");
        Assert.Equal(new BatchResult(BatchEnd.Panicked, null, QemuArguments.PanicStatus), result);
        string text = Encoding.UTF8.GetString(panicText.ToArray());
        Assert.Contains("PANIC: page fault (0x500000000000)", text, StringComparison.Ordinal);
        Assert.Contains("\"boot\"", text, StringComparison.Ordinal);
        Assert.Matches(@"at  0xffffffff8\w+  \S*PlantedFault.*At", text);
        Assert.Matches(@"rip 0xffffffff8\w+ flags 0x\w+ error 0x0 cr2 0x500000000000", text);
        // Small methods have no frame of their own; the assembly that called the first C# is always there.
        Assert.Matches(@"backtrace:\r?\n(?:    0x\w+  \S+\r?\n)*    0xffffffff8\w+  higher_half\+0x", text);
    }
}
