using System.Buffers;
using System.Buffers.Binary;
using System.Text.Unicode;

namespace MicroLake.Files.NineP;

/// <summary>
/// One request to the server and its answer: fields are written, the message is sent, the answer's fields are read in their order. A field that is
/// not there reads as 0 and makes the answer malformed, which <see cref="End"/> tells.
/// </summary>
internal sealed class NinePCall : IDisposable
{
    /// <summary>size[4] type[1] tag[2].</summary>
    public const int HeaderBytes = 7;

    /// <summary>Room for every request and answer that is no file's data: the longest has a path of 4095 bytes.</summary>
    private const int PlainBytes = 16 << 10;

    private const int MostErrno = 133;
    private const int LongestAnswerToData = 64;

    /// <summary>Rread before its data: size[4] type[1] tag[2] count[4]. An Rlerror is as long.</summary>
    private const int DataAnswerHead = 11;

    private readonly NinePClient _client;
    private readonly MessageType _type;
    private readonly ushort _tag;
    private byte[]? _buffer;
    private int _at = HeaderBytes;
    private int _end;
    private int _apart;
    private bool _isBad;
    private bool _tagIsLost;

    /// <param name="dataBytes">Of the file data that the request or the answer carries; 0: none.</param>
    public NinePCall(NinePClient client, MessageType type, ushort tag, int dataBytes = 0)
    {
        _client = client;
        _type = type;
        _tag = tag;
        _buffer = ArrayPool<byte>.Shared.Rent(dataBytes == 0 ? PlainBytes : dataBytes + LongestAnswerToData);
        _end = _buffer.Length;
    }

    /// <summary>Bytes of the answer that were not read yet.</summary>
    public int Left => _isBad ? 0 : _end - _at;

    public NinePCall Write(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(Reserve(sizeof(ushort)), value);
        return this;
    }

    public NinePCall Write(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Reserve(sizeof(uint)), value);
        return this;
    }

    public NinePCall Write(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Reserve(sizeof(ulong)), value);
        return this;
    }

    /// <summary>A text that is no UTF-16 makes <see cref="Send"/> end in EILSEQ.</summary>
    public NinePCall Write(string text)
    {
        Span<byte> length = Reserve(sizeof(ushort));
        OperationStatus status = Utf8.FromUtf16(text, _buffer.AsSpan(_at), out _, out int count, replaceInvalidSequences: false);
        _isBad |= status != OperationStatus.Done || count > ushort.MaxValue;
        BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)count);
        _at += count;
        return this;
    }

    /// <summary>Sends the request and checks the answer's head. Anything but the answer to this request is EIO.</summary>
    /// <param name="data">The request ends with it: count[4] data[count].</param>
    /// <param name="room">Takes the data that the answer ends with, see <see cref="EndWithData"/>; empty: it has none apart.</param>
    public Errno Send(ReadOnlySpan<byte> data = default, Span<byte> room = default)
    {
        if (!data.IsEmpty)
            Write((uint)data.Length);
        if (_isBad)
            return Errno.EILSEQ;
        if (_tag == NinePClient.NoTag && _type != MessageType.Version)
        {
            _client.Log("there is no tag left: the carrier has failed too often");
            return Errno.EIO;
        }

        Span<byte> request = _buffer.AsSpan(0, _at);
        BinaryPrimitives.WriteInt32LittleEndian(request, _at + data.Length);
        request[4] = (byte)_type;
        BinaryPrimitives.WriteUInt16LittleEndian(request[5..], _tag);
        Span<byte> answer = room.IsEmpty ? _buffer.AsSpan(_at) : _buffer.AsSpan(_at, DataAnswerHead);
        int count;
        try
        {
            count = _client.Transport.Exchange(request, data, answer, room);
        }
        catch (IOException failure)
        {
            // Whether the server still has the request is not known, so nothing else may go by its tag.
            _tagIsLost = true;
            _client.Log($"{_type}: {failure.Message}");
            return Errno.EIO;
        }

        if (count < HeaderBytes || count > answer.Length + room.Length)
            return Malformed();
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(answer);
        if (size < HeaderBytes || size > count || BinaryPrimitives.ReadUInt16LittleEndian(answer[5..]) != _tag)
            return Malformed();
        _end = _at + Math.Min((int)size, answer.Length);
        _apart = (int)size - (_end - _at);
        _at += HeaderBytes;
        if (answer[4] == (byte)_type + 1)
            return Errno.None;
        if (answer[4] != (byte)MessageType.Error)
            return Malformed();
        uint error = ReadUInt32();
        return End() == Errno.None && error is > 0 and <= MostErrno ? (Errno)error : Malformed();
    }

    /// <summary>Sends a request whose answer has no fields.</summary>
    public Errno SendOnly()
    {
        Errno error = Send();
        return error == Errno.None ? End() : error;
    }

    public byte ReadByte() => Take(sizeof(byte)) is [var value] ? value : (byte)0;

    public ushort ReadUInt16() => Take(sizeof(ushort)) is { IsEmpty: false } field ? BinaryPrimitives.ReadUInt16LittleEndian(field) : (ushort)0;

    public uint ReadUInt32() => Take(sizeof(uint)) is { IsEmpty: false } field ? BinaryPrimitives.ReadUInt32LittleEndian(field) : 0;

    public ulong ReadUInt64() => Take(sizeof(ulong)) is { IsEmpty: false } field ? BinaryPrimitives.ReadUInt64LittleEndian(field) : 0;

    public Qid ReadQid()
    {
        byte type = ReadByte();
        _ = ReadUInt32();
        Qid qid = new(type, ReadUInt64());
        _isBad |= !qid.IsValid;
        return qid;
    }

    /// <summary>The bytes of a text, whatever they are.</summary>
    public ReadOnlySpan<byte> ReadText() => Take(ReadUInt16());

    /// <summary>After the last field: whether the answer had exactly the fields that were read.</summary>
    public Errno End() => _isBad || _at != _end || _apart != 0 ? Malformed() : Errno.None;

    /// <summary>In place of <see cref="End"/>, for data that <see cref="Send"/> put into its room: count[4] data[count].</summary>
    public Errno EndWithData(out int count)
    {
        uint told = ReadUInt32();
        count = _apart;
        _apart = 0;
        _isBad |= told != count;
        return End();
    }

    /// <summary>The error of an answer that cannot be one to the request.</summary>
    public Errno Malformed()
    {
        _client.Log($"{_type}: the server's answer is malformed");
        _isBad = true;
        return Errno.EIO;
    }

    public void Dispose()
    {
        if (_buffer is not { } buffer)
            return;
        _buffer = null;
        ArrayPool<byte>.Shared.Return(buffer);
        if (!_tagIsLost)
            _client.GiveTag(_tag);
    }

    private Span<byte> Reserve(int count)
    {
        _at += count;
        return _buffer.AsSpan(_at - count, count);
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (_isBad || count > _end - _at)
        {
            _isBad = true;
            return default;
        }

        _at += count;
        return _buffer.AsSpan(_at - count, count);
    }
}
