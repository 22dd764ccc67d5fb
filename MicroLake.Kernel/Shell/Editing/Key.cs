using System.Text;

namespace MicroLake.Shell;

/// <summary>What a key or a key combination means.</summary>
internal enum KeyKind
{
    /// <summary>A character to insert.</summary>
    Character,
    Enter,
    Tab,
    Backspace,
    Delete,
    Left,
    Right,
    Up,
    Down,
    Home,
    End,
    WordLeft,
    WordRight,
    DeleteWordLeft,
    DeleteWordRight,
    DeleteToEnd,
    DeleteToStart,
    Transpose,
    Yank,
    ClearScreen,
    Search,
    Cancel,
    EndOfInput,

    /// <summary>Escape alone, or Ctrl-G.</summary>
    Abort,

    /// <summary>Something without meaning here.</summary>
    Ignored,

    /// <summary>There will be no more keys.</summary>
    Closed,
}

internal readonly record struct Key(KeyKind Kind, Rune Character = default);
