using System.Text;
using MicroLake.Shell;
using Xunit;

namespace MicroLake.HostTests.Shell;

/// <summary>A person at the terminal: keys in, screen out.</summary>
public sealed class LineEditorTests : ShellFixture
{
    [Theory]
    [InlineData("echo ab\r", "ab")]
    [InlineData("echo ab\n", "ab")]
    [InlineData("echo ab\r\n", "ab")]
    [InlineData("echo ax\u007fb\r", "ab")]
    [InlineData("cho a\u0001e\r", "a")]
    [InlineData("echo b\e[Da\r", "ab")]
    [InlineData("echo b\eODa\r", "ab")]
    [InlineData("echo b\u0002a\r", "ab")]
    [InlineData("echo xb\e[D\e[D\e[3~a\r", "ab")]
    [InlineData("cho a\e[He\e[Fb\r", "ab")]
    [InlineData("cho a\e[1~e\e[4~b\r", "ab")]
    [InlineData("echo a xyz\u0017b\r", "a b")]
    [InlineData("junk\u0015echo ab\r", "ab")]
    [InlineData("echo abxyz\e[D\e[D\e[D\u000b\r", "ab")]
    [InlineData("ab\u0015echo \u0019\r", "ab")]
    [InlineData("echo ba\u0014\r", "ab")]
    [InlineData("echo a c\e[1;5Db \r", "a b c")]
    [InlineData("echo a c\ebb \r", "a b c")]
    [InlineData("junk\u0003echo ab\r", "ab")]
    [InlineData("echo ä水😀\r", "ä水😀")]
    [InlineData("echo ä水\u007fb\r", "äb")]
    [InlineData("echo a\0\u001c\u001d\e[99zb\r", "ab")]
    public void Keys_edit_the_line(string keys, string printed) => Assert.Contains($"\n{printed}\n", Interact(keys));

    [Fact]
    public void The_arrows_walk_through_the_history_and_keep_the_draft()
    {
        string screen = Interact("echo one\r", "echo two\r", "echo dra", "\e[A\e[A\e[B\e[Bft\r", "\e[A\e[A\e[A\r");
        Assert.Contains("\ndraft\n", screen);
        Assert.Equal(2, screen.Split("\none\n").Length - 1);
    }

    [Fact]
    public void Control_R_finds_the_newest_line_that_contains_the_text()
    {
        string screen = Interact("echo alpha 1\r", "echo alpha 2\r", "echo beta\r", "\u0012alp\r", "\u0012alp\u0012\u0012\r");
        Assert.Equal(2, screen.Split("\nalpha 2\n").Length - 1);
        Assert.Equal(2, screen.Split("\nalpha 1\n").Length - 1);
    }

    [Theory]
    [InlineData("ver\t\r", "9.0.20")]
    [InlineData("help ver\t\r", "version: Shows what runs here.")]
    [InlineData("cat @/uni\t\r", "one file")]
    [InlineData("cat @/with\t\r", "spaced")]
    [InlineData("cat '@/with sp\t\r", "spaced")]
    [InlineData("cat @/fol\tins\t\r", "nested")]
    [InlineData("ls --js\t @/folder\r", "\"inside\"")]
    public void Tab_completes_commands_arguments_and_paths(string keys, string printed)
    {
        File.WriteAllText(Folder + "/unique", "one file\n");
        File.WriteAllText(Folder + "/with space", "spaced\n");
        Directory.CreateDirectory(Folder + "/folder");
        File.WriteAllText(Folder + "/folder/inside", "nested\n");
        Assert.Contains(printed, Interact(keys));
    }

    [Fact]
    public void Tab_twice_lists_the_candidates()
    {
        string screen = Interact("h\t\t", "elp help\r");
        Assert.Contains("help     hexdump  history", screen);
        Assert.Contains("help: Lists the commands", screen);
    }

    [Fact]
    public void A_long_line_scrolls_and_stays_on_one_row()
    {
        string screen = Interact("echo " + new string('x', 300) + "END", "\u0001", "\u0005", "\r");
        Assert.Contains("\n" + new string('x', 300) + "END\n", screen);
        Assert.EndsWith("END\e[K", screen[..screen.IndexOf('\n')]);
        foreach (string drawn in screen[..screen.IndexOf('\n')].Split('\r'))
            Assert.True(drawn.Replace("\e[K", "").Length <= 90, drawn);
    }

    [Fact]
    public void Typing_at_the_end_echoes_only_what_is_typed() =>
        Assert.StartsWith("lake> \e[Kecho hi\nhi\n", Interact("e", "c", "ho", " ", "hi", "\r"));

    [Theory]
    [InlineData("")]
    [InlineData("\u0001")]
    public void A_mebibyte_pasted_anywhere_costs_linear_time_and_output(string before)
    {
        string text = new('x', 1 << 20);
        string screen = Interact(out FakeTerminal terminal, "echo ; echo done" + before + "\u0015", before.Length == 0 ? "echo " : "echo y\e[D", text, "\r");
        Assert.Contains("\n" + text, screen);
        Assert.InRange(terminal.BytesWritten, 1 << 20, (1 << 20) + (1 << 19));
    }

    [Fact]
    public void A_line_that_is_too_long_is_refused_and_the_shell_goes_on()
    {
        string screen = Interact("echo ", new string('x', (2 << 20) + 10), "\r", "echo alive\r");
        Assert.Contains("error: a line has more than 2097152 characters, put the commands in a script\n", screen);
        Assert.Contains("\nalive\n", screen);
    }

    [Fact]
    public void Garbage_on_the_line_never_ends_the_shell()
    {
        Random random = new(99);
        FakeTerminal terminal = new();
        for (int i = 0; i < 300; i++)
        {
            byte[] noise = new byte[random.Next(1, 200)];
            random.NextBytes(noise);
            // No 'r': random letters shall not spell a command that removes or reboots.
            terminal.Type([.. noise.Where(b => b is not ((byte)'r' or (byte)'p'))]);
        }
        terminal.Type("\r\n\u0003\recho still here\r");
        terminal.HangUp();
        Shell.RunInteractive(terminal);
        Assert.Contains("\nstill here\n", terminal.Screen);
    }

    [Fact]
    public void Control_C_stops_a_running_command()
    {
        FakeTerminal terminal = new();
        Thread shell = new(() => Shell.RunInteractive(terminal));
        shell.Start();
        terminal.Type("top -d 3600\r");
        terminal.WaitFor("top -d 3600\n");
        do
            terminal.Type("\u0003");
        while (!shell.Join(50) && !terminal.Screen.Contains("^C\n"));
        terminal.Type("echo after\r");
        terminal.WaitFor("\nafter\n");
        terminal.HangUp();
        shell.Join();
    }

    [Fact]
    public void What_is_typed_while_a_command_runs_is_kept() =>
        Assert.Contains("\nsecond\n", Interact("echo first\recho second\r"));

    [Fact]
    public void The_greeting_says_what_to_try_next()
    {
        FakeTerminal terminal = new();
        terminal.HangUp();
        Shell.RunInteractive(terminal);
        Assert.StartsWith("MicroLake 0.1.0 on .NET 9.0.20 NativeAOT, 40.0 MiB of memory free\nTry: help", terminal.Screen);
        Assert.Contains(LakeShell.Prompt, terminal.Screen);
    }

    [Theory]
    [InlineData("\e[8;40;132t", 132, 40)]
    [InlineData("\e[8;0;132t", 80, 25)]
    [InlineData("\e[9;40;132t", 80, 25)]
    [InlineData("\e[8;40t", 80, 25)]
    public void The_size_of_the_terminal_is_asked_for_and_learnt(string answer, int columns, int rows)
    {
        Interact(out FakeTerminal terminal, answer);
        Assert.Contains("\e[18t", terminal.Screen);
        Assert.Equal(new MicroLake.Files.TerminalSize(columns, rows), terminal.Size);
    }

    [Fact]
    public void Control_D_on_an_empty_line_tells_how_to_leave() => Assert.Contains("type poweroff", Interact("\u0004"));

    [Fact]
    public void Poweroff_and_reboot_at_the_terminal_act_at_once()
    {
        Interact("poweroff\r", "reboot\r");
        Assert.Equal((1, 1), (Machine.PowerOffs, Machine.Reboots));
    }

    [Fact]
    public void A_failing_command_ends_its_line_only()
    {
        string screen = Interact("nonsense; echo no\r", "echo yes\r");
        Assert.DoesNotContain("\nno\n", screen);
        Assert.Contains("\nyes\n", screen);
    }
}
