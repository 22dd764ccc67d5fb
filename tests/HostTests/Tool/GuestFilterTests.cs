using MicroLake.Tool.Testing;
using Xunit;

namespace MicroLake.HostTests.Tool;

public sealed class GuestFilterTests
{
    [Theory]
    [InlineData(null, "plain", "")]
    [InlineData("GuestTests", "plain", "")]
    [InlineData("GuestTests.smp4", "smp4", "")]
    [InlineData("GuestTests.smp4", "plain", null)]
    [InlineData("GuestTests.smp4.Math/Sines", "smp4", "Math/Sines")]
    [InlineData("GuestTests.process.Math", "process-smp4", null)]
    [InlineData("smp4.Math", "smp4", "Math")]
    [InlineData("smp4.Math", "plain", "smp4.Math")]
    [InlineData("Sines", "mem128", "Sines")]
    [InlineData("GC: under stress", "plain", "stress")]
    [InlineData("Thread, thread statics, Thread.Sleep/A_thread; reboot", "plain", "Thread.Sleep/A_thread")]
    public void The_guest_gets_a_word_that_all_wanted_names_hold(string? filter, string profile, string? word) =>
        Assert.Equal(word, GuestFilter.For(filter, profile));
}
