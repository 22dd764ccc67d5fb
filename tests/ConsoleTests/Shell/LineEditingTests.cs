using MicroLake.ConsoleTests.Harness;
using Xunit;

namespace MicroLake.ConsoleTests.Shell;

public sealed class LineEditingTests(GuestFixture guest) : IClassFixture<GuestFixture>
{
    private GuestConsole Console => guest.Console;

    [Fact]
    public void Arrow_up_brings_back_earlier_lines_and_down_returns()
    {
        Console.Run("version");
        string expected = Console.Run("cat /no/history");
        Assert.Equal(expected, Console.Type(Keys.Up + Keys.Enter));
        Console.Run("version");
        Assert.Equal(expected, Console.Type(Keys.Up + Keys.Up + Keys.Up + Keys.Down + Keys.Enter));
    }

    [Fact]
    public void A_unique_beginning_is_completed()
    {
        Assert.StartsWith("lake> version", Console.Edit("versi" + Keys.Tab, "version"));
        Assert.Contains("MicroLake", Console.Type(Keys.Enter));
    }

    [Fact]
    public void File_names_are_completed()
    {
        Assert.StartsWith("lake> cat /boot/README", Console.Edit("cat /boot/REA" + Keys.Tab, "README"));
        Assert.Contains("MicroLake", Console.Type(Keys.Enter));
    }

    [Fact]
    public void Characters_are_inserted_and_removed_at_the_cursor()
    {
        string expected = Console.Run("cat /no/middle");
        Assert.Equal(expected, Console.Type("cat /no/mile" + Keys.Left + Keys.Left + "dd" + Keys.Enter));
        Assert.Equal(expected, Console.Type("at /no/middlex" + Keys.Backspace + Keys.Home + "c" + Keys.Enter));
        Assert.Equal(expected, Console.Type("/no/middle" + Keys.CtrlA + "cat " + Keys.CtrlE + Keys.Enter));
        Assert.Equal(expected, Console.Type("rubbish" + Keys.CtrlU + "cat /no/middle" + Keys.Enter));
    }

    [Fact]
    public void Ctrl_C_drops_the_line() => Assert.DoesNotContain("error:", Console.Type("cat /no/dropped" + Keys.CtrlC));

    [Fact]
    public void Letters_beyond_ascii_are_kept() => Assert.Contains("/no/жé漢", Console.Run("cat /no/жé漢"));
}
