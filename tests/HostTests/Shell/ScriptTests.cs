using System.Text;
using MicroLake.Shell;
using Xunit;

namespace MicroLake.HostTests.Shell;

/// <summary>Scripts: what they print, where they stop, and what status they have.</summary>
public sealed class ScriptTests : ShellFixture
{
    [Fact]
    public void Commands_run_in_order() => Assert.Equal((0, "a\nb\n"), Run("echo a; echo b"));

    [Fact]
    public void The_first_failing_command_ends_it()
    {
        (int status, string output) = Run("echo a; nonsense; echo b");
        Assert.Equal(127, status);
        Assert.Equal("a\nerror: unknown command 'nonsense', type help for a list\n", output);
    }

    [Theory]
    [InlineData("hlep", "help")]
    [InlineData("LS", "ls")]
    [InlineData("hexdmup", "hexdump")]
    public void A_misspelt_command_gets_a_suggestion(string typed, string meant) =>
        Assert.Equal((127, $"error: unknown command '{typed}', did you mean {meant}?\n"), Run(typed));

    [Fact]
    public void A_syntax_error_runs_nothing()
    {
        (int status, string output) = Run("echo a; echo 'b");
        Assert.Equal((2, "error: a single quote has no end, close it\n"), (status, output));
    }

    [Fact]
    public void The_protocol_frames_output_and_status()
    {
        using MemoryStream output = new();
        Assert.Equal(0, ExecProtocol.Run(Shell, "echo hi", output, null));
        Assert.Equal("\e_ML;begin\e\\hi\n\e_ML;end;0\e\\", Encoding.UTF8.GetString(output.ToArray()));
        output.SetLength(0);
        Assert.Equal(127, ExecProtocol.Run(Shell, "nonsense", output, null));
        Assert.EndsWith("\e_ML;end;127\e\\", Encoding.UTF8.GetString(output.ToArray()));
        output.SetLength(0);
        Assert.Equal(0, ExecProtocol.Run(Shell, "echo hi", output, "s3cret"));
        Assert.Equal("\e_ML;begin;s3cret\e\\hi\n\e_ML;end;s3cret;0\e\\", Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    public void Poweroff_ends_a_script_with_success_and_is_left_to_the_caller()
    {
        Assert.Equal((0, "a\n"), Run("echo a; poweroff; echo b"));
        Assert.Equal(PowerAction.PowerOff, Shell.RequestedPowerAction);
        Assert.Equal(0, Machine.PowerOffs);
    }

    [Fact]
    public void A_long_unknown_name_is_shown_short_and_clean()
    {
        (int status, string output) = Run("'" + new string('x', 1 << 20) + "\e[2J'");
        Assert.Equal(127, status);
        Assert.True(output.Length < 200, output);
        Assert.DoesNotContain('\e', Run("'\e[2J'").Output);
    }

    [Theory]
    [InlineData("run x.elf")]
    [InlineData("mlaas list")]
    public void What_does_not_exist_yet_is_unknown(string line) => Assert.Equal(127, Run(line).Status);
}
