using MicroLake.ConsoleTests.Harness;
using MicroLake.Tool.Workspace;
using Xunit;

namespace MicroLake.ConsoleTests;

/// <summary>A plain Cosmos console kernel, built and booted as it is.</summary>
public sealed class HelloKernelTests
{
    private const string Project = "samples/HelloKernel";

    [Fact]
    public void The_project_file_has_under_ten_lines() =>
        Assert.True(File.ReadAllLines(Repository.PathOf($"{Project}/HelloKernel.csproj")).Length < 10);

    [Fact]
    public void It_greets_in_colour_gives_lines_back_and_shuts_down()
    {
        using GuestConsole console = new(Product.Of(Project));
        string greeting = console.WaitForText("> ");
        Assert.Contains("Hello from a Cosmos kernel.", greeting, StringComparison.Ordinal);
        // Bright cyan, as the terminal description spells it.
        Assert.Contains("\e[96m", greeting, StringComparison.Ordinal);

        Answers(console, "one two three", "Text typed: one two three");
        Answers(console, "about", " MiB");
        int mark = console.Position;
        console.Send("key" + Keys.Enter);
        console.Send("q");
        console.WaitForText("You pressed Q", mark);

        console.Send("shutdown" + Keys.Enter);
        Assert.Equal(0, console.WaitForExit());
        console.WaitForText("Good bye.", mark);
    }

    [Fact]
    public void Reboot_resets_the_machine()
    {
        // QEMU is told to leave instead of booting again.
        using GuestConsole console = new(Product.Of(Project));
        console.WaitForText("> ");
        console.Send("reboot" + Keys.Enter);
        Assert.Equal(0, console.WaitForExit());
    }

    private static void Answers(GuestConsole console, string line, string answer)
    {
        int mark = console.Position;
        console.Send(line + Keys.Enter);
        console.WaitForText(answer, mark);
        console.WaitForText("\n> ", mark);
    }
}
