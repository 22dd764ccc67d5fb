using System.Diagnostics;
using System.Text;
using MicroLake.Tool.Protocol;
using MicroLake.Tool.Qemu;
using Xunit;

namespace MicroLake.HostTests.Tool;

/// <summary>A shell script stands where QEMU would: it writes a recorded serial line and ends, or does not.</summary>
public sealed class BatchSessionTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(300);

    private readonly MemoryStream _output = new();
    private readonly MemoryStream _panicText = new();

    [Theory]
    [InlineData(@"printf 'bios\033_ML;begin\033\\hello\n\033_ML;end;0\033\\bye'", BatchEnd.Completed, 0, 0)]
    [InlineData(@"printf '\033_ML;begin\033\\hello\n\033_ML;end;7\033\\'", BatchEnd.Completed, 7, 0)]
    [InlineData(@"printf '\033_ML;begin\033\\hello\n\033_ML;end;0\033\\'; exit 9", BatchEnd.Completed, 0, 9)]
    [InlineData(@"printf '\033_ML;begin\033\\hello\n'", BatchEnd.NoStatus, null, 0)]
    [InlineData(@"printf '\033_ML;begin\033\\hello\n'; printf '\033_ML;panic\033\\'; exit 85", BatchEnd.Panicked, null, 85)]
    [InlineData(@"printf '\033_ML;begin\033\\hello\n'; exit 85", BatchEnd.Panicked, null, 85)]
    public void The_end_says_how_the_guest_left(string script, BatchEnd end, int? status, int? qemuStatus)
    {
        Assert.Equal(new BatchResult(end, status, qemuStatus), Run(script, s_long));
        Assert.Equal("hello\n", Encoding.UTF8.GetString(_output.ToArray()));
    }

    [Fact]
    public void A_hung_guest_is_ended_at_the_limit_and_its_output_kept()
    {
        Assert.Equal(new BatchResult(BatchEnd.TimedOut, null, null), Run(@"printf '\033_ML;begin\033\\part'; exec sleep 600", TimeSpan.FromSeconds(2)));
        Assert.Equal("part", Encoding.UTF8.GetString(_output.ToArray()));
    }

    [Fact]
    public void A_guest_that_does_not_power_off_is_told_from_one_that_hung() =>
        Assert.Equal(new BatchResult(BatchEnd.NoPowerOff, 0, null), Run(@"printf '\033_ML;begin\033\\\033_ML;end;0\033\\'; exec sleep 600", s_long, s_short));

    [Fact]
    public void A_panic_that_does_not_leave_is_ended_and_its_text_kept()
    {
        Assert.Equal(new BatchResult(BatchEnd.Panicked, null, null), Run(@"printf '\033_ML;panic\033\\page fault'; exec sleep 600", s_long, s_short));
        Assert.Equal("page fault", Encoding.UTF8.GetString(_panicText.ToArray()));
    }

    [Fact]
    public void Only_its_own_guest_is_ended()
    {
        using Process bystander = Process.Start("sleep", "600");
        try
        {
            Run("exec sleep 600", s_short);
            Assert.False(bystander.HasExited);
        }
        finally
        {
            bystander.Kill();
        }
    }

    private BatchResult Run(string script, TimeSpan timeout, TimeSpan? powerOff = null)
    {
        BatchSession session = powerOff is null
            ? new() { Timeout = timeout }
            : new() { Timeout = timeout, PowerOffLimit = powerOff.Value };
        using QemuProcess guest = QemuProcess.StartOnPipes("sh", ["-c", script], Gpu.None);
        return session.Follow(guest, new GuestReader(_output, _panicText));
    }
}
