using System;
using System.Runtime.InteropServices;

namespace MicroLake.Platform.Files;

/// <summary>One name of a directory (DirectoryEntry of pal_io.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PalDirectoryEntry
{
    public byte* Name;
    public int NameLength;
    public int InodeType;
}

/// <summary>One piece of a scattered buffer (IOVector of pal_io.h, struct iovec).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PalIOVector
{
    public byte* Base;
    public nuint Count;
}

/// <summary>A point in time (TimeSpec of pal_time.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PalTimeSpec
{
    /// <summary>In place of nanoseconds: the present (UTIME_NOW of sys/stat.h).</summary>
    public const long Now = 0x3FFFFFFF;

    /// <summary>In place of nanoseconds: leave the time as it is (UTIME_OMIT of sys/stat.h).</summary>
    public const long Omit = 0x3FFFFFFE;

    public long Seconds;
    public long Nanoseconds;

    public readonly long? ToUnixNanoseconds() => Nanoseconds switch
    {
        Omit => null,
        Now => (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * 100,
        _ => checked(Seconds * 1_000_000_000 + Nanoseconds),
    };
}

/// <summary>Size of a terminal (WinSize of pal_console.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PalWinSize
{
    public ushort Row;
    public ushort Col;
    public ushort XPixel;
    public ushort YPixel;
}

/// <summary>What poll waits for and found (PollEvent of pal_io_common.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PalPollEvent
{
    public const short In = 1;
    public const short Out = 4;
    public const short Invalid = 32;

    public int FileDescriptor;
    public short Events;
    public short TriggeredEvents;
}

/// <summary>Room on a mount in bytes (MountPointInformation of pal_mount.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PalMountPointInformation
{
    public ulong AvailableFreeSpace;
    public ulong TotalFreeSpace;
    public ulong TotalSize;
}

/// <summary>An entry of the user database (Passwd of pal_uid.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PalPasswd
{
    public byte* Name;
    public byte* Password;
    public uint UserId;
    public uint GroupId;
    public byte* UserInfo;
    public byte* HomeDirectory;
    public byte* Shell;
}
