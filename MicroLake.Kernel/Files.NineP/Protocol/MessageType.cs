namespace MicroLake.Files.NineP;

/// <summary>
/// Requests of 9P2000.L and of what it keeps of 9P2000 (include/net/9p/9p.h of Linux has the numbers, diod's protocol.md the fields). The answer to
/// each has the next number; <see cref="Error"/> may answer any.
/// </summary>
internal enum MessageType : byte
{
    /// <summary>Rlerror: ecode[4].</summary>
    Error = 7,

    /// <summary>fid[4]; Rstatfs: type[4] bsize[4] blocks[8] bfree[8] bavail[8] files[8] ffree[8] fsid[8] namelen[4].</summary>
    StatFs = 8,

    /// <summary>fid[4] flags[4]; Rlopen: qid[13] iounit[4].</summary>
    Open = 12,

    /// <summary>fid[4] name[s] flags[4] mode[4] gid[4]; Rlcreate: qid[13] iounit[4]. The fid leads to the new file, open.</summary>
    Create = 14,

    /// <summary>dfid[4] name[s] target[s] gid[4]; Rsymlink: qid[13].</summary>
    SymbolicLink = 16,

    /// <summary>fid[4] dfid[4] name[s]; Rrename is empty.</summary>
    Rename = 20,

    /// <summary>fid[4]; Rreadlink: target[s].</summary>
    ReadLink = 22,

    /// <summary>fid[4] request_mask[8]; Rgetattr: see <see cref="Attributes"/>.</summary>
    GetAttributes = 24,

    /// <summary>fid[4] valid[4] mode[4] uid[4] gid[4] size[8] atime_sec[8] atime_nsec[8] mtime_sec[8] mtime_nsec[8]; Rsetattr is empty.</summary>
    SetAttributes = 26,

    /// <summary>fid[4] offset[8] count[4]; Rreaddir: count[4] data[count], entries of qid[13] offset[8] type[1] name[s].</summary>
    ReadDirectory = 40,

    /// <summary>fid[4] datasync[4]; Rfsync is empty.</summary>
    Synchronize = 50,

    /// <summary>dfid[4] fid[4] name[s]; Rlink is empty.</summary>
    Link = 70,

    /// <summary>dfid[4] name[s] mode[4] gid[4]; Rmkdir: qid[13].</summary>
    MakeDirectory = 72,

    /// <summary>olddirfid[4] oldname[s] newdirfid[4] newname[s]; Rrenameat is empty.</summary>
    RenameAt = 74,

    /// <summary>dirfid[4] name[s] flags[4]; Runlinkat is empty.</summary>
    UnlinkAt = 76,

    /// <summary>msize[4] version[s]; the answer is the same.</summary>
    Version = 100,

    /// <summary>fid[4] afid[4] uname[s] aname[s] n_uname[4]; Rattach: qid[13].</summary>
    Attach = 104,

    /// <summary>fid[4] newfid[4] nwname[2] nwname*(wname[s]); Rwalk: nwqid[2] nwqid*(wqid[13]).</summary>
    Walk = 110,

    /// <summary>fid[4] offset[8] count[4]; Rread: count[4] data[count].</summary>
    Read = 116,

    /// <summary>fid[4] offset[8] count[4] data[count]; Rwrite: count[4].</summary>
    Write = 118,

    /// <summary>fid[4]; Rclunk is empty. The fid is free, whatever the answer.</summary>
    Clunk = 120,
}
