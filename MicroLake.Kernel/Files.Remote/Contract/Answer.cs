using MicroLake.Sdk;

namespace MicroLake.Files.Remote;

/// <summary>Answers that are bytes: the error in the first, then the fields. Readers believe nothing: what is malformed is EIO.</summary>
internal static class Answer
{
    private const int MostErrno = 133;

    /// <summary>An answer without a result.</summary>
    public static byte[] Of(Errno error) => [(byte)error];

    public static byte[] OfStatus(Errno error, in NodeStatus status)
    {
        if (error != Errno.None)
            return Of(error);
        byte[] answer = new byte[FileContract.StatusBytes];
        MessageWriter writer = new(answer);
        writer.Write((byte)Errno.None);
        writer.Write((byte)status.Kind);
        writer.Write((short)status.Mode);
        writer.Write(status.Size);
        writer.Write(status.Links);
        writer.Write(status.Inode);
        writer.Write(status.Times.Access);
        writer.Write(status.Times.Modification);
        writer.Write(status.Times.Change);
        writer.Write(status.Times.Birth);
        return answer[..writer.Length];
    }

    /// <param name="device">The number of the file system here, whatever it is there.</param>
    public static Errno ReadStatus(byte[] answer, int device, out NodeStatus status)
    {
        status = default;
        MessageReader reader = new(answer);
        Errno error = ReadError(ref reader);
        if (error != Errno.None)
            return error;
        var kind = (NodeKind)reader.ReadByte();
        int mode = reader.ReadInt16();
        long size = reader.ReadInt64();
        int links = reader.ReadInt32();
        long inode = reader.ReadInt64();
        NodeTimes times = new(reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64());
        // Devices do not travel: they would be the other side's.
        if (!reader.IsValid || !reader.IsAtEnd || kind is not (NodeKind.File or NodeKind.Directory or NodeKind.SymbolicLink) || size < 0 || links < 0)
            return Errno.EIO;
        status = new NodeStatus(kind, mode & Modes.Mask, size, links, inode, device, times);
        return Errno.None;
    }

    public static byte[] OfSpace(Errno error, FileSystemSpace space)
    {
        if (error != Errno.None)
            return Of(error);
        byte[] answer = new byte[FileContract.SpaceBytes];
        MessageWriter writer = new(answer);
        writer.Write((byte)Errno.None);
        writer.Write(space.Total);
        writer.Write(space.Free);
        return answer;
    }

    public static FileSystemSpace ReadSpace(byte[] answer)
    {
        MessageReader reader = new(answer);
        if (ReadError(ref reader) != Errno.None)
            return default;
        long total = reader.ReadInt64(), free = reader.ReadInt64();
        return reader.IsValid && reader.IsAtEnd && free >= 0 && total >= free ? new FileSystemSpace(total, free) : default;
    }

    public static byte[] OfText(Errno error, string text)
    {
        if (error != Errno.None)
            return Of(error);
        byte[] answer = new byte[1 + System.Text.Encoding.UTF8.GetByteCount(text)];
        System.Text.Encoding.UTF8.GetBytes(text, answer.AsSpan(1));
        return answer;
    }

    public static Errno ReadText(byte[] answer, out string text)
    {
        text = "";
        MessageReader reader = new(answer);
        Errno error = ReadError(ref reader);
        if (error != Errno.None)
            return error;
        if (!System.Text.Unicode.Utf8.IsValid(answer.AsSpan(1)))
            return Errno.EIO;
        text = System.Text.Encoding.UTF8.GetString(answer, 1, answer.Length - 1);
        return Errno.None;
    }

    public static byte[] OfAppend(Errno error, int count, long position)
    {
        if (error != Errno.None)
            return Of(error);
        byte[] answer = new byte[FileContract.AppendBytes];
        MessageWriter writer = new(answer);
        writer.Write((byte)Errno.None);
        writer.Write(count);
        writer.Write(position);
        return answer;
    }

    /// <param name="most">Bytes that there were to write.</param>
    public static Errno ReadAppend(byte[] answer, int most, out int count, out long position)
    {
        MessageReader reader = new(answer);
        Errno error = ReadError(ref reader);
        count = reader.ReadInt32();
        position = reader.ReadInt64();
        if (error == Errno.None && reader.IsValid && reader.IsAtEnd && count >= 0 && count <= most && position >= count)
            return Errno.None;
        count = 0;
        position = 0;
        return error != Errno.None ? error : Errno.EIO;
    }

    /// <summary>The data behind the error of an answer to a read of so many bytes.</summary>
    public static Errno ReadData(byte[] answer, int most, out ReadOnlySpan<byte> data)
    {
        data = default;
        MessageReader reader = new(answer);
        Errno error = ReadError(ref reader);
        if (error != Errno.None)
            return error;
        if (answer.Length - 1 > most)
            return Errno.EIO;
        data = answer.AsSpan(1);
        return Errno.None;
    }

    /// <summary>A result that is a number of at most <paramref name="most"/>, or an error with a minus sign.</summary>
    public static Errno ReadNumber(int answer, int most, out int number)
    {
        number = 0;
        if (answer < 0)
            return answer >= -MostErrno ? (Errno)(-answer) : Errno.EIO;
        if (answer > most)
            return Errno.EIO;
        number = answer;
        return Errno.None;
    }

    /// <summary>The error at the head of an answer.</summary>
    public static Errno ReadError(ref MessageReader reader)
    {
        byte error = reader.ReadByte();
        return reader.IsValid && error <= MostErrno ? (Errno)error : Errno.EIO;
    }
}
