using System.Text.Json;
using MicroLake.ConsoleTests.Harness;
using MicroLake.Tool.Workspace;
using Xunit;

namespace MicroLake.ConsoleTests.Shell;

public sealed class CommandTests(GuestFixture guest) : IClassFixture<GuestFixture>
{
    private GuestConsole Console => guest.Console;

    [Theory]
    [InlineData("help")]
    [InlineData("version")]
    [InlineData("uptime")]
    [InlineData("dmesg")]
    [InlineData("poweroff")]
    [InlineData("reboot")]
    [InlineData("ps")]
    [InlineData("mem")]
    [InlineData("ls")]
    [InlineData("cat")]
    [InlineData("cp")]
    [InlineData("rm")]
    [InlineData("hexdump")]
    [InlineData("model")]
    public void Help_lists_each_command_and_explains_it(string command)
    {
        Assert.Contains(Console.Run("help").Split('\n'), line => line.TrimStart().StartsWith(command, StringComparison.Ordinal));
        string text = Console.Run($"help {command}");
        Assert.Contains(command, text);
        Assert.DoesNotContain("error:", text);
    }

    [Theory]
    [InlineData("nosuch", "nosuch")]
    [InlineData("help nosuch", "nosuch")]
    [InlineData("cat /no/such", "/no/such")]
    [InlineData("ls /no/such", "/no/such")]
    [InlineData("cat /boot", "/boot")]
    [InlineData("cat 'no end", "quot")]
    [InlineData("ls --nope", "--nope")]
    [InlineData("model load /host/none.onnx", "/host/none.onnx")]
    [InlineData("model nosuch", "nosuch")]
    public void A_command_that_fails_prints_one_error_line(string line, string named)
    {
        string[] output = Console.Run(line).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string error = Assert.Single(output);
        Assert.StartsWith("error: ", error);
        Assert.Contains(named, error);
    }

    [Fact]
    public void An_empty_line_does_nothing() => Assert.Equal("", Console.Run("   "));

    [Fact]
    public void Files_of_the_boot_archive_are_there()
    {
        Assert.Contains("README", Console.Run("ls /boot"));
        Assert.Equal(File.ReadAllText(Repository.PathOf("iso/boot/README")), Console.Run("cat /boot/README"));
    }

    [Fact]
    public void Files_of_the_shared_folder_are_there() =>
        Assert.Equal(File.ReadAllText(Path.Combine(guest.Models.Path, "rows.csv")), Console.Run("cat /host/rows.csv"));

    [Fact]
    public void A_file_can_be_copied_read_and_removed()
    {
        Assert.Equal("", Console.Run("cp /boot/README /tmp/copy"));
        Assert.Equal(Console.Run("cat /boot/README"), Console.Run("cat /tmp/copy"));
        Assert.Equal("", Console.Run("rm /tmp/copy"));
        Assert.StartsWith("error: ", Console.Run("cat /tmp/copy"));
    }

    [Theory]
    [InlineData("'/tmp/a b'")]
    [InlineData("\"/tmp/a b\"")]
    [InlineData(@"/tmp/a\ b")]
    [InlineData("/tmp/'a b'")]
    public void Quoting_keeps_a_space_in_a_name(string quoted)
    {
        Assert.Equal("", Console.Run($"cp /boot/README {quoted}"));
        Assert.Contains("a b", Console.Run("ls /tmp"));
        Assert.Equal("", Console.Run("rm \"/tmp/a b\""));
    }

    [Fact]
    public void Several_commands_on_a_line_run_until_one_fails()
    {
        string output = Console.Run("version; nosuch; uptime");
        Assert.Contains("MicroLake", output);
        Assert.StartsWith("error: ", output.TrimEnd('\n').Split('\n')[^1]);
    }

    [Fact]
    public void Hexdump_shows_bytes() =>
        Assert.Contains("4d 69 63 72", Console.Run("hexdump /boot/README").ToLowerInvariant());

    [Theory]
    [InlineData("ls /boot --json")]
    [InlineData("ps --json")]
    [InlineData("model list --json")]
    [InlineData("help --json")]
    public void Json_of_a_list_is_an_array(string line)
    {
        using JsonDocument document = JsonDocument.Parse(Console.Run(line));
        Assert.Equal(JsonValueKind.Array, document.RootElement.ValueKind);
    }

    [Fact]
    public void The_boot_log_can_be_read_back() => Assert.NotEqual("", Console.Run("dmesg"));
}
