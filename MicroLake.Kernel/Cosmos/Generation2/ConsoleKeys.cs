namespace Cosmos.System;

/// <summary>From what the console reports to the finer key names. Punctuation is told by its character.</summary>
internal static class ConsoleKeys
{
    public static ConsoleKeyEx Translate(ConsoleKeyInfo key) => key.Key switch
    {
        >= ConsoleKey.F1 and <= ConsoleKey.F12 => ConsoleKeyEx.F1 + (key.Key - ConsoleKey.F1),
        >= ConsoleKey.A and <= ConsoleKey.Z => Letter(key.Key),
        ConsoleKey.D0 => ConsoleKeyEx.D0,
        >= ConsoleKey.D1 and <= ConsoleKey.D9 => ConsoleKeyEx.D1 + (key.Key - ConsoleKey.D1),
        ConsoleKey.Escape => ConsoleKeyEx.Escape,
        ConsoleKey.Enter => ConsoleKeyEx.Enter,
        ConsoleKey.Backspace => ConsoleKeyEx.Backspace,
        ConsoleKey.Tab => ConsoleKeyEx.Tab,
        ConsoleKey.Spacebar => ConsoleKeyEx.Spacebar,
        ConsoleKey.Insert => ConsoleKeyEx.Insert,
        ConsoleKey.Delete => ConsoleKeyEx.Delete,
        ConsoleKey.Home => ConsoleKeyEx.Home,
        ConsoleKey.End => ConsoleKeyEx.End,
        ConsoleKey.PageUp => ConsoleKeyEx.PageUp,
        ConsoleKey.PageDown => ConsoleKeyEx.PageDown,
        ConsoleKey.UpArrow => ConsoleKeyEx.UpArrow,
        ConsoleKey.DownArrow => ConsoleKeyEx.DownArrow,
        ConsoleKey.LeftArrow => ConsoleKeyEx.LeftArrow,
        ConsoleKey.RightArrow => ConsoleKeyEx.RightArrow,
        _ => Punctuation(key.KeyChar),
    };

    private static ConsoleKeyEx Letter(ConsoleKey key) => Enum.Parse<ConsoleKeyEx>(key.ToString());

    private static ConsoleKeyEx Punctuation(char c) => c switch
    {
        '`' or '~' => ConsoleKeyEx.Backquote,
        '-' or '_' => ConsoleKeyEx.Minus,
        '=' or '+' => ConsoleKeyEx.Equal,
        '[' or '{' => ConsoleKeyEx.LBracket,
        ']' or '}' => ConsoleKeyEx.RBracket,
        '\\' or '|' => ConsoleKeyEx.Backslash,
        ';' => ConsoleKeyEx.Semicolon,
        ':' => ConsoleKeyEx.Colon,
        '\'' or '"' => ConsoleKeyEx.Apostrophe,
        ',' => ConsoleKeyEx.Comma,
        '.' => ConsoleKeyEx.Period,
        '/' or '?' => ConsoleKeyEx.Slash,
        '<' => ConsoleKeyEx.LowerThan,
        '>' => ConsoleKeyEx.BiggerThan,
        '!' => ConsoleKeyEx.ExclamationPoint,
        _ => ConsoleKeyEx.NoName,
    };
}
