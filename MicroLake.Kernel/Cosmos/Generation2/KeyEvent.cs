namespace Cosmos.System;

/// <summary>A key that was pressed.</summary>
public class KeyEvent
{
    /// <summary>A terminal reports presses only, so an event from the console is always <see cref="Make"/>.</summary>
    public enum KeyEventType
    {
        Make,
        Break,
    }

    public KeyEvent()
    {
    }

    public KeyEvent(char keyChar, ConsoleKeyEx key, bool shift, bool alt, bool control, KeyEventType type)
    {
        KeyChar = keyChar;
        Key = key;
        Modifiers = (shift ? ConsoleModifiers.Shift : 0) | (alt ? ConsoleModifiers.Alt : 0)
            | (control ? ConsoleModifiers.Control : 0);
        Type = type;
    }

    /// <summary>The character, or <c>'\0'</c> for a key that has none.</summary>
    public char KeyChar { get; set; }

    public ConsoleKeyEx Key { get; set; }

    public ConsoleModifiers Modifiers { get; set; }

    public KeyEventType Type { get; set; }

    internal static KeyEvent From(ConsoleKeyInfo key) => new()
    {
        KeyChar = key.KeyChar,
        Key = ConsoleKeys.Translate(key),
        Modifiers = key.Modifiers,
        Type = KeyEventType.Make,
    };
}
