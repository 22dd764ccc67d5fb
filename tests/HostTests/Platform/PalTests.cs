using System.Text;
using MicroLake.Abi;
using MicroLake.Files;
using MicroLake.Platform.Files;
using Xunit;

namespace MicroLake.HostTests.Platform;

/// <summary>Translations between the numbers of Linux and those of the base library.</summary>
public sealed class PalTests
{
    [Fact]
    public void Every_error_number_that_files_use_comes_back_from_the_base_librarys_own()
    {
        foreach (Errno error in Enum.GetValues<Errno>())
        {
            int pal = PalErrno.FromLinux((int)error);
            Assert.NotEqual(PalErrno.NonStandard, pal);
            Assert.Equal((int)error, PalErrno.ToLinux(pal));
        }
        Assert.Equal(PalErrno.NonStandard, PalErrno.FromLinux(9999));
        Assert.Equal(-1, PalErrno.ToLinux(9999));
    }

    [Fact]
    public void The_process_status_has_one_length_and_the_figures_of_the_machine()
    {
        MemoryInformation memory = new() { TotalPages = 1000, FreePages = 400, ImagePages = 100, CommittedPages = 300 };
        string text = Encoding.ASCII.GetString(ProcessStatus.Render(memory));
        Assert.Matches(@"(?m)^VmRSS:\s+2800 kB$", text);
        Assert.Matches(@"(?m)^VmSize:\s+1600 kB$", text);
        Assert.Equal(text.Length, ProcessStatus.Render(new MemoryInformation { TotalPages = 1UL << 28 }).Length);
    }

    [Theory]
    [InlineData(Errno.ENOENT, 0x1002D)]
    [InlineData(Errno.EACCES, 0x10002)]
    [InlineData(Errno.ENOTEMPTY, 0x1003A)]
    [InlineData(Errno.EAGAIN, 0x10006)]
    public void Error_numbers_are_those_of_pal_errno(Errno error, int pal) => Assert.Equal(pal, PalErrno.FromLinux((int)error));

    [Theory]
    [InlineData(0x0000, OpenFlags.ReadOnly)]
    [InlineData(0x0001 | 0x0020 | 0x0080, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Truncate)]
    [InlineData(0x0002 | 0x0010 | 0x0040 | 0x0200, OpenFlags.ReadWrite | OpenFlags.CloseOnExec | OpenFlags.Exclusive | OpenFlags.NoFollow)]
    public void Open_flags_are_translated(int pal, OpenFlags expected)
    {
        Assert.True(PalOpenFlags.TryConvert(pal, out OpenFlags flags));
        Assert.Equal(expected, flags);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(0x1000)]
    public void Unknown_open_flags_are_refused(int pal) => Assert.False(PalOpenFlags.TryConvert(pal, out _));

    [Fact]
    public void Times_before_1970_keep_their_nanoseconds_positive()
    {
        PalFileStatus status = PalFileStatus.From(new NodeStatus(NodeKind.Directory, 0x1ED, 0, 2, 1, 1, NodeTimes.At(-1)));
        Assert.Equal((-1, 999_999_999), (status.MTime, status.MTimeNsec));
        Assert.Equal(Convert.ToInt32("40755", 8), status.Mode);
    }

    [Theory]
    [InlineData("%d", 42, "42")]
    [InlineData("%3d|", 7, "  7|")]
    [InlineData("%-3d|", 7, "7  |")]
    [InlineData("%03d", -7, "-07")]
    [InlineData("%+d", 7, "+7")]
    [InlineData("%.3d", 7, "007")]
    [InlineData("%02x%%", 10, "0a%")]
    [InlineData("%#X", 255, "0XFF")]
    [InlineData("%o", 8, "10")]
    [InlineData("%c", 65, "A")]
    [InlineData("a%", 1, "a%")]
    [InlineData("%q", 1, "%q")]
    [InlineData("\e[%d;1H", 5, "\e[5;1H")]
    public void Numbers_are_formatted_as_printf_does(string format, int number, string expected) =>
        Assert.Equal(expected, Encoding.ASCII.GetString(PrintFormat.Format(Encoding.ASCII.GetBytes(format), number, null)));

    [Theory]
    [InlineData("<%s>", "<text>")]
    [InlineData("%6s", "  text")]
    [InlineData("%.2s", "te")]
    [InlineData("%-6s|", "text  |")]
    public void Texts_are_formatted_as_printf_does(string format, string expected) =>
        Assert.Equal(expected, Encoding.ASCII.GetString(PrintFormat.Format(Encoding.ASCII.GetBytes(format), 0, "text"u8.ToArray())));
}
