namespace MicroLake.Files.NineP;

/// <summary>
/// The attributes of a file: valid[8] qid[13] mode[4] uid[4] gid[4] nlink[8] rdev[8] size[8] blksize[8] blocks[8], then seconds[8] and
/// nanoseconds[8] of access, modification, change and birth, gen[8] data_version[8].
/// </summary>
internal static class Attributes
{
    /// <summary>Of setting attributes: which are set, and that times are those of the request.</summary>
    public const uint SetMode = 0x1, SetSize = 0x8;

    /// <summary>P9_GETATTR_BASIC: all that stat(2) tells.</summary>
    private const ulong Basic = 0x7FF;

    private const uint SetAccess = 0x10 | 0x80, SetModification = 0x20 | 0x100;
    private const ulong BirthIsValid = 0x800;
    private const uint FormatMask = 0xF000, RegularFile = 0x8000, Directory = 0x4000, SymbolicLink = 0xA000;
    private const long NanosecondsPerSecond = 1_000_000_000;
    private const long MostSeconds = (long.MaxValue / NanosecondsPerSecond) - 1;

    /// <summary>Which times are set: those that are given.</summary>
    public static uint SetTimes(long? access, long? modification) =>
        (access is null ? 0 : SetAccess) | (modification is null ? 0 : SetModification);

    /// <summary>Tgetattr.</summary>
    public static Errno Get(NinePFileSystem owner, Fid fid, out NodeStatus status)
    {
        status = default;
        using NinePCall call = owner.Client.Begin(MessageType.GetAttributes);
        Errno error = call.Write(fid.Number).Write(Basic).Send();
        return error == Errno.None ? Read(call, owner.Device, out status) : error;
    }

    /// <summary>Tsetattr.</summary>
    /// <param name="which">Of the values, as <see cref="SetMode"/>, <see cref="SetSize"/> and <see cref="SetTimes"/> say.</param>
    public static Errno Set(NinePClient client, Fid fid, uint which, int mode = 0, long size = 0, long access = 0, long modification = 0)
    {
        using NinePCall call = client.Begin(MessageType.SetAttributes);
        return call.Write(fid.Number).Write(which).Write((uint)mode).Write(NinePClient.Nobody).Write(NinePClient.Nobody).Write((ulong)size)
            .Write(Seconds(access)).Write(Nanoseconds(access)).Write(Seconds(modification)).Write(Nanoseconds(modification)).SendOnly();
    }

    private static Errno Read(NinePCall call, int device, out NodeStatus status)
    {
        status = default;
        ulong valid = call.ReadUInt64();
        Qid qid = call.ReadQid();
        uint mode = call.ReadUInt32();
        _ = call.ReadUInt32();
        _ = call.ReadUInt32();
        ulong links = call.ReadUInt64();
        _ = call.ReadUInt64();
        ulong size = call.ReadUInt64();
        _ = call.ReadUInt64();
        _ = call.ReadUInt64();
        bool timesAreGood = ReadTime(call, out long access) & ReadTime(call, out long modification)
            & ReadTime(call, out long change) & ReadTime(call, out long birth);
        _ = call.ReadUInt64();
        _ = call.ReadUInt64();
        NodeKind? kind = Kind(mode, qid);
        Errno error = call.End();
        if (error != Errno.None)
            return error;
        if ((valid & Basic) != Basic || kind is not { } known || size > long.MaxValue || !timesAreGood)
            return call.Malformed();
        if ((valid & BirthIsValid) == 0)
            birth = Math.Min(modification, change);
        status = new NodeStatus(known, (int)mode & Modes.Mask, (long)size, (int)Math.Min(links, int.MaxValue), (long)qid.Path, device,
            new NodeTimes(access, modification, change, birth));
        return Errno.None;
    }

    /// <summary>Whole seconds, rounded down also before 1970.</summary>
    private static ulong Seconds(long time) => (ulong)((time / NanosecondsPerSecond) - (time % NanosecondsPerSecond < 0 ? 1 : 0));

    private static ulong Nanoseconds(long time) => (ulong)(((time % NanosecondsPerSecond) + NanosecondsPerSecond) % NanosecondsPerSecond);

    /// <summary>What is neither file, folder nor link (a pipe, a socket, a device) is shown as a device. Null: mode and qid contradict each other.</summary>
    private static NodeKind? Kind(uint mode, Qid qid)
    {
        NodeKind kind = (mode & FormatMask) switch
        {
            RegularFile => NodeKind.File,
            Directory => NodeKind.Directory,
            SymbolicLink => NodeKind.SymbolicLink,
            _ => NodeKind.CharacterDevice,
        };
        return qid.Kind == kind || (kind == NodeKind.CharacterDevice && qid.Kind == NodeKind.File) ? kind : null;
    }

    /// <summary>A time that is beyond what this side can count is the last that it can.</summary>
    private static bool ReadTime(NinePCall call, out long time)
    {
        long seconds = Math.Clamp((long)call.ReadUInt64(), -MostSeconds, MostSeconds);
        ulong nanoseconds = call.ReadUInt64();
        time = seconds * NanosecondsPerSecond + (long)(nanoseconds % NanosecondsPerSecond);
        return nanoseconds < NanosecondsPerSecond;
    }
}
