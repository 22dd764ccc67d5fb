using System.Diagnostics.CodeAnalysis;
using Cosmos.System.ScanMaps;

namespace Cosmos.System;

/// <summary>Keys, read from the same console that <see cref="Console.ReadKey()"/> reads.</summary>
public static class KeyboardManager
{
    private static ScanMapBase s_layout = new USStandardLayout();

    /// <summary>Lock keys act inside the terminal and are not reported; the value is what the kernel last set.</summary>
    public static bool NumLock { get; set; }

    /// <inheritdoc cref="NumLock"/>
    public static bool CapsLock { get; set; }

    /// <inheritdoc cref="NumLock"/>
    public static bool ScrollLock { get; set; }

    /// <summary>Whether Shift was down at the last key that was read.</summary>
    public static bool ShiftPressed { get; private set; }

    /// <summary>Whether Control was down at the last key that was read.</summary>
    public static bool ControlPressed { get; private set; }

    /// <summary>Whether Alt was down at the last key that was read.</summary>
    public static bool AltPressed { get; private set; }

    /// <summary>Whether a key waits to be read.</summary>
    public static bool KeyAvailable => Console.KeyAvailable;

    /// <summary>Waits for a key. It is not echoed.</summary>
    public static KeyEvent ReadKey()
    {
        ConsoleKeyInfo key = Console.ReadKey(intercept: true);
        ShiftPressed = key.Modifiers.HasFlag(ConsoleModifiers.Shift);
        ControlPressed = key.Modifiers.HasFlag(ConsoleModifiers.Control);
        AltPressed = key.Modifiers.HasFlag(ConsoleModifiers.Alt);
        return KeyEvent.From(key);
    }

    /// <summary>Takes a waiting key, if there is one.</summary>
    public static bool TryReadKey([NotNullWhen(true)] out KeyEvent? oKey)
    {
        oKey = KeyAvailable ? ReadKey() : null;
        return oKey is not null;
    }

    /// <summary>The layout that was set last (see <see cref="ScanMapBase"/>).</summary>
    public static ScanMapBase GetKeyLayout() => s_layout;

    /// <summary>Keeps <paramref name="ScanMap"/>; null is ignored.</summary>
    public static void SetKeyLayout(ScanMapBase? ScanMap) => s_layout = ScanMap ?? s_layout;
}
