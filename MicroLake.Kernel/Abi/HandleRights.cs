using System;

namespace MicroLake.Abi;

/// <summary>What a handle lets its holder do with the object. A duplicate never has more than the handle it was made from.</summary>
[Flags]
public enum HandleRights : uint
{
    None = 0,

    /// <summary>Endpoint: calls.</summary>
    Send = 1 << 0,

    /// <summary>Endpoint: receives calls, and gives duplicates their badge.</summary>
    Receive = 1 << 1,

    /// <summary>Notification: sets bits.</summary>
    Signal = 1 << 2,

    /// <summary>Notification: waits for bits and takes them.</summary>
    Wait = 1 << 3,

    /// <summary>Duplicates the handle.</summary>
    Duplicate = 1 << 4,

    /// <summary>Moves the handle to another process in a message.</summary>
    Transfer = 1 << 5,

    /// <summary>Memory: reads.</summary>
    Read = 1 << 6,

    /// <summary>Memory: writes.</summary>
    Write = 1 << 7,

    /// <summary>Memory: executes.</summary>
    Execute = 1 << 8,

    /// <summary>Process, thread: ends or changes it.</summary>
    Manage = 1 << 9,

    /// <summary>Every right that there is.</summary>
    All = (1 << 10) - 1,
}
