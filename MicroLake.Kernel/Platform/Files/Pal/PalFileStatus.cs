using System;
using System.Runtime.InteropServices;
using MicroLake.Files;

namespace MicroLake.Platform.Files;

/// <summary>FileStatus of dotnet/runtime's pal_io.h, version 9.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PalFileStatus
{
    private const int HasBirthTime = 1;
    private const long NanosecondsPerSecond = 1_000_000_000;

    public int Flags;
    public int Mode;
    public uint Uid;
    public uint Gid;
    public long Size;
    public long ATime;
    public long ATimeNsec;
    public long MTime;
    public long MTimeNsec;
    public long CTime;
    public long CTimeNsec;
    public long BirthTime;
    public long BirthTimeNsec;
    public long Dev;
    public long RDev;
    public long Ino;
    public uint UserFlags;

    public static PalFileStatus From(in NodeStatus status)
    {
        PalFileStatus result = new()
        {
            Flags = HasBirthTime,
            Mode = PalNodeType.ModeBits(status.Kind) | status.Mode,
            Size = status.Size,
            Dev = status.Device,
            Ino = status.Inode,
        };
        (result.ATime, result.ATimeNsec) = Split(status.Times.Access);
        (result.MTime, result.MTimeNsec) = Split(status.Times.Modification);
        (result.CTime, result.CTimeNsec) = Split(status.Times.Change);
        (result.BirthTime, result.BirthTimeNsec) = Split(status.Times.Birth);
        return result;
    }

    private static (long Seconds, long Nanoseconds) Split(long time)
    {
        long seconds = Math.DivRem(time, NanosecondsPerSecond, out long rest);
        return rest < 0 ? (seconds - 1, rest + NanosecondsPerSecond) : (seconds, rest);
    }
}
