using Cosmos.System;
using Cosmos.System.ScanMaps;
using Xunit;

namespace MicroLake.HostTests.CosmosKernels;

public sealed class KeyTests
{
    [Theory]
    [InlineData('a', ConsoleKey.A, ConsoleKeyEx.A)]
    [InlineData('z', ConsoleKey.Z, ConsoleKeyEx.Z)]
    [InlineData('0', ConsoleKey.D0, ConsoleKeyEx.D0)]
    [InlineData('9', ConsoleKey.D9, ConsoleKeyEx.D9)]
    [InlineData('\r', ConsoleKey.Enter, ConsoleKeyEx.Enter)]
    [InlineData('\0', ConsoleKey.F12, ConsoleKeyEx.F12)]
    [InlineData('\0', ConsoleKey.UpArrow, ConsoleKeyEx.UpArrow)]
    [InlineData('/', ConsoleKey.Oem2, ConsoleKeyEx.Slash)]
    [InlineData('{', ConsoleKey.Oem4, ConsoleKeyEx.LBracket)]
    [InlineData('\u20ac', ConsoleKey.None, ConsoleKeyEx.NoName)]
    public void A_console_key_gets_the_name_that_kernels_compare(char c, ConsoleKey key, ConsoleKeyEx expected)
    {
        KeyEvent e = KeyEvent.From(new ConsoleKeyInfo(c, key, shift: false, alt: true, control: false));
        Assert.Equal(expected, e.Key);
        Assert.Equal(c, e.KeyChar);
        Assert.Equal(ConsoleModifiers.Alt, e.Modifiers);
        Assert.Equal(KeyEvent.KeyEventType.Make, e.Type);
    }

    [Fact]
    public void Every_letter_is_told_apart()
    {
        var names = Enumerable.Range(0, 26)
            .Select(i => KeyEvent.From(new ConsoleKeyInfo((char)('a' + i), ConsoleKey.A + i, false, false, false)).Key);
        Assert.Equal("ABCDEFGHIJKLMNOPQRSTUVWXYZ", string.Concat(names));
    }

    [Fact]
    public void A_layout_is_given_back_and_null_is_ignored()
    {
        var layout = new FRStandardLayout();
        KeyboardManager.SetKeyLayout(layout);
        KeyboardManager.SetKeyLayout(null);
        Assert.Same(layout, KeyboardManager.GetKeyLayout());
    }
}
