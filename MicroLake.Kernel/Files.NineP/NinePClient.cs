namespace MicroLake.Files.NineP;

/// <summary>
/// The client's half of the protocol: tags and fids, and the requests that make and end fids. Requests of several threads are in flight together.
/// Every request is waited for, so none is ever flushed (Tflush); the tag of one whose carrier failed is not used again.
/// </summary>
internal sealed class NinePClient
{
    /// <summary>P9_NONUNAME as user and group: new files belong to whom the server runs for.</summary>
    public const uint Nobody = uint.MaxValue;

    /// <summary>NOTAG, which only the version has.</summary>
    public const ushort NoTag = ushort.MaxValue;

    /// <summary>P9_MAXWELEM: the most names of one walk.</summary>
    private const int MostNamesInWalk = 16;

    private const int ParkedFids = 16;
    private const uint NoFid = uint.MaxValue;

    /// <summary>P9_IOHDRSZ: what a message has besides the data of a file.</summary>
    private const int HeaderBytes = 24;

    private const string Version = "9P2000.L";

    /// <summary>Longer messages need more memory than they save time.</summary>
    private const int MostMessageBytes = 256 << 10;

    /// <summary>The shortest messages with which a server is worth using, as Linux has it.</summary>
    private const int LeastMessageBytes = 4096;

    private readonly Lock _gate = new();
    private readonly Stack<ushort> _freeTags = new();
    private readonly Stack<uint> _freeFids = new();
    private readonly Fid?[] _parked = new Fid?[ParkedFids];
    private readonly Action<string> _log;
    private ushort _nextTag;
    private uint _nextFid;
    private uint _nextParked;
    private int _messageBytes = LeastMessageBytes;

    /// <summary>Agrees on the version and attaches to the root.</summary>
    /// <exception cref="IOException">The server speaks something else, refuses, or does not answer as it should.</exception>
    public NinePClient(NinePTransport transport, Action<string> log)
    {
        Transport = transport;
        _log = log;
        Negotiate();
        Root = Attach();
    }

    public NinePTransport Transport { get; }

    /// <summary>The root of what the server offers.</summary>
    public Fid Root { get; }

    /// <summary>The most bytes of a file that one message carries.</summary>
    public int MostDataBytes => _messageBytes - HeaderBytes;

    public void Log(string text) => _log($"9p {Transport.Tag}: {text}");

    public NinePCall Begin(MessageType type, int dataBytes = 0)
    {
        ushort tag;
        lock (_gate)
        {
            if (!_freeTags.TryPop(out tag))
                tag = _nextTag == NoTag ? NoTag : _nextTag++;
        }

        return new NinePCall(this, type, tag, dataBytes);
    }

    public void GiveTag(ushort tag)
    {
        if (tag == NoTag)
            return;
        lock (_gate)
            _freeTags.Push(tag);
    }

    /// <summary>Walks from a fid to a new one.</summary>
    /// <param name="names">Of any number; none makes a second fid for the same file.</param>
    /// <param name="fid">The caller's own.</param>
    /// <param name="kind">Of the last file, as the server says; of no names a folder.</param>
    public Errno Walk(Fid from, ReadOnlySpan<string> names, out Fid? fid, out NodeKind kind)
    {
        Fid target = new(NewNumber());
        Errno error = Step(from, target, names[..Math.Min(names.Length, MostNamesInWalk)], out kind, out bool isKnown);
        bool isMade = error == Errno.None || !isKnown;
        for (int done = MostNamesInWalk; error == Errno.None && done < names.Length; done += MostNamesInWalk)
            error = Step(target, target, names.Slice(done, Math.Min(names.Length - done, MostNamesInWalk)), out kind, out _);
        fid = error == Errno.None ? target : null;
        if (error != Errno.None && isMade)
            Clunk(target);
        else if (error != Errno.None)
            GiveNumber(target);
        return error;
    }

    /// <summary>Moves a fid of the caller's to a name in its folder; what had it parked before has it no more.</summary>
    /// <param name="fid">After an error: back where it was and the caller's, or null where only the server knows where it is.</param>
    public Errno Move(ref Fid? fid, string name, out NodeKind kind)
    {
        Fid moved = fid!;
        Errno error = Step(moved, moved, [name], out kind, out bool isKnown);
        if (error == Errno.None)
        {
            fid = new Fid(moved.Number);
        }
        else if (!isKnown)
        {
            Clunk(moved);
            fid = null;
        }

        return error;
    }

    /// <summary>Gives a fid of the caller's back.</summary>
    public void Clunk(Fid fid)
    {
        using NinePCall call = Begin(MessageType.Clunk);
        Errno error = call.Write(fid.Number).SendOnly();
        // A refusal ends the fid, too. Of a fid whose end nobody has told the number is not used again.
        if (error != Errno.EIO)
            GiveNumber(fid);
    }

    /// <summary>
    /// Keeps a fid of the caller's for the next operation on the same node, which can take it. Nobody says when a node is not needed any more: of those
    /// that nobody takes, the oldest is given back for the newest.
    /// </summary>
    public void Park(Fid fid)
    {
        fid.Park();
        uint at = Interlocked.Increment(ref _nextParked) % ParkedFids;
        Fid? oldest = Interlocked.Exchange(ref _parked[at], fid);
        if (oldest is not null && oldest != fid && oldest.TryTake())
            Clunk(oldest);
    }

    /// <summary>Makes the caller the owner of a fid that is parked at a path; null: there is none.</summary>
    public Fid? TakeParked(string path)
    {
        foreach (Fid? fid in _parked)
        {
            if (fid?.Path == path && fid.TryTake())
                return fid;
        }

        return null;
    }

    /// <summary>Names lead elsewhere now: parked fids are not found by them any more.</summary>
    public void ForgetPaths()
    {
        foreach (Fid? fid in _parked)
            fid?.Path = null;
    }

    /// <summary>Gives all parked fids back.</summary>
    public void ClunkParked()
    {
        for (int i = 0; i < ParkedFids; i++)
        {
            if (Interlocked.Exchange(ref _parked[i], null) is { } fid && fid.TryTake())
                Clunk(fid);
        }
    }

    private Errno Step(Fid from, Fid to, ReadOnlySpan<string> names, out NodeKind kind, out bool isKnown)
    {
        kind = NodeKind.Directory;
        using NinePCall call = Begin(MessageType.Walk);
        call.Write(from.Number).Write(to.Number).Write((ushort)names.Length);
        foreach (string name in names)
            call.Write(name);
        Errno error = call.Send();
        isKnown = error != Errno.EIO;
        if (error != Errno.None)
            return error;
        isKnown = false;
        int count = call.ReadUInt16();
        if (count > names.Length)
            return call.Malformed();
        for (int i = 0; i < count; i++)
            kind = call.ReadQid().Kind;
        error = call.End();
        isKnown = error == Errno.None;
        if (error != Errno.None || count == names.Length)
            return error;
        // The server went as far as it could, and the new fid was not made.
        return kind == NodeKind.Directory ? Errno.ENOENT : Errno.ENOTDIR;
    }

    private void Negotiate()
    {
        int offer = Math.Min(Transport.MaxMessageBytes, MostMessageBytes);
        if (offer < LeastMessageBytes)
            throw new IOException($"9p {Transport.Tag}: messages of {offer} bytes are too short");
        using NinePCall call = new(this, MessageType.Version, NoTag);
        Errno error = call.Write((uint)offer).Write(Version).Send();
        uint size = call.ReadUInt32();
        bool isVersion = System.Text.Encoding.UTF8.GetString(call.ReadText()) == Version;
        if (error == Errno.None)
            error = call.End();
        if (error != Errno.None)
            throw new IOException($"9p {Transport.Tag}: the server did not answer to its version: {ErrnoText.Describe(error)}");
        if (!isVersion)
            throw new IOException($"9p {Transport.Tag}: the server does not speak {Version}");
        if (size < LeastMessageBytes || size > offer)
            throw new IOException($"9p {Transport.Tag}: the server wants messages of {size} bytes, not {LeastMessageBytes} to {offer}");
        _messageBytes = (int)size;
    }

    private Fid Attach()
    {
        Fid root = new(NewNumber());
        using NinePCall call = Begin(MessageType.Attach);
        Errno error = call.Write(root.Number).Write(NoFid).Write("").Write("").Write(Nobody).Send();
        NodeKind kind = call.ReadQid().Kind;
        if (error == Errno.None)
            error = call.End();
        if (error == Errno.None && kind != NodeKind.Directory)
            error = Errno.ENOTDIR;
        if (error == Errno.None)
            return root;
        Clunk(root);
        throw new IOException($"9p {Transport.Tag}: the server refuses its root: {ErrnoText.Describe(error)}");
    }

    private uint NewNumber()
    {
        lock (_gate)
            return _freeFids.TryPop(out uint number) ? number : _nextFid++;
    }

    private void GiveNumber(Fid fid)
    {
        lock (_gate)
            _freeFids.Push(fid.Number);
    }
}
