namespace MicroLake.Files.Remote;

/// <summary>A file that the server has open for one open file of this side. With its connection it is lost.</summary>
internal sealed class RemoteFile(RemoteFileSystem owner, FileConnection connection, int number, NodeKind kind) : Node(owner)
{
    private const int LockPollMilliseconds = 10;

    public override NodeKind Kind => kind;

    public override NodeStatus Status
    {
        get
        {
            _ = GetStatus(out NodeStatus status);
            return status;
        }
    }

    public override Errno GetStatus(out NodeStatus status) =>
        Answer.ReadStatus(connection.Bytes(s => s.StatusOf(number)), owner.Device, out status);

    public override Errno Read(long offset, Span<byte> buffer, out int count)
    {
        count = 0;
        while (count < buffer.Length)
        {
            long from = offset + count;
            int wanted = Math.Min(buffer.Length - count, FileContract.MostDataBytes);
            Errno error = Answer.ReadData(connection.Bytes(s => s.Read(number, from, wanted)), wanted, out ReadOnlySpan<byte> data);
            if (error != Errno.None)
                return count > 0 ? Errno.None : error;
            data.CopyTo(buffer[count..]);
            count += data.Length;
            if (data.Length < wanted)
                break;
        }

        return Errno.None;
    }

    public override Errno Write(long offset, ReadOnlySpan<byte> data, out int count)
    {
        count = 0;
        while (count < data.Length)
        {
            ReadOnlySpan<byte> part = data.Slice(count, Math.Min(data.Length - count, FileContract.MostDataBytes));
            Errno error = WritePart(offset + count, part, out int done);
            if (error != Errno.None)
                return count > 0 ? Errno.None : error;
            count += done;
            if (done < part.Length)
                break;
        }

        return Errno.None;
    }

    public override Errno Append(ReadOnlySpan<byte> data, out int count, out long position)
    {
        count = 0;
        position = 0;
        do
        {
            ReadOnlySpan<byte> part = data.Slice(count, Math.Min(data.Length - count, FileContract.MostDataBytes));
            Errno error = AppendPart(part, out int done, out long after);
            if (error != Errno.None)
                return count > 0 ? Errno.None : error;
            position = after;
            count += done;
            if (done < part.Length)
                break;
        }
        while (count < data.Length);
        return Errno.None;
    }

    public override Errno Truncate(long length) => Change(s => s.Truncate(number, length));

    public override Errno Synchronize() => Change(s => s.Synchronize(number));

    public override Errno SetMode(int mode) => Change(s => s.SetModeOf(number, mode));

    public override Errno SetTimes(long? access, long? modification) =>
        Change(s => s.SetTimesOf(number, access ?? FileContract.SameTime, modification ?? FileContract.SameTime));

    public override Errno Lock(OpenFile file, bool exclusive, bool wait)
    {
        // The server lets nobody wait: who waits there would hold up this side's other calls.
        while (true)
        {
            Errno error = Change(s => s.Lock(number, exclusive));
            if (error != Errno.EAGAIN || !wait)
                return error;
            Thread.Sleep(LockPollMilliseconds);
        }
    }

    public override void Unlock(OpenFile file) => _ = Change(s => s.Unlock(number));

    public override void Closed() => _ = Change(s => s.Close(number));

    private Errno Change(Func<IFileService, int> call) => connection.Number(call, 0, out _);

    private Errno WritePart(long offset, ReadOnlySpan<byte> part, out int count)
    {
        count = 0;
        if (connection.IsLost)
            return Errno.EIO;
        try
        {
            return Answer.ReadNumber(connection.Service.Write(number, offset, part), part.Length, out count);
        }
        catch (Exception failure) when (connection.Ends(failure))
        {
            return Errno.EIO;
        }
    }

    private Errno AppendPart(ReadOnlySpan<byte> part, out int count, out long position)
    {
        count = 0;
        position = 0;
        if (connection.IsLost)
            return Errno.EIO;
        try
        {
            return Answer.ReadAppend(connection.Service.Append(number, part), part.Length, out count, out position);
        }
        catch (Exception failure) when (connection.Ends(failure))
        {
            return Errno.EIO;
        }
    }
}
