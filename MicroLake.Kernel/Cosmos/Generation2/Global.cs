using Cosmos.Debug.Kernel;

namespace Cosmos.System;

/// <summary>What belongs to the system as a whole.</summary>
public static class Global
{
    /// <summary>Messages for the kernel log.</summary>
    public static readonly Debugger Debugger = new("System", "Global");

    /// <summary>The same object under its older name.</summary>
    public static readonly Debugger mDebugger = Debugger;

    /// <summary>File system messages for the kernel log.</summary>
    public static readonly Debugger mFileSystemDebugger = new("System", "FileSystem");

    public static bool NumLock
    {
        get => KeyboardManager.NumLock;
        set => KeyboardManager.NumLock = value;
    }

    public static bool CapsLock
    {
        get => KeyboardManager.CapsLock;
        set => KeyboardManager.CapsLock = value;
    }

    public static bool ScrollLock
    {
        get => KeyboardManager.ScrollLock;
        set => KeyboardManager.ScrollLock = value;
    }

    /// <summary>
    /// The place where drivers used to be started. The nucleus has started them before any kernel object exists, so this
    /// only records that the kernel came this far.
    /// </summary>
    public static void Init() => Debugger.Send("devices are up");
}
