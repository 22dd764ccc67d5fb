using System.Buffers.Binary;
using System.Diagnostics;
using MicroLake.Drivers.Virtio;

namespace MicroLake.Drivers.Gpu;

/// <summary>
/// The queue of commands (VIRTIO 1.2, 5.7.6.7): each is a header and fields of 32 bits, a further piece of memory where the command has one, and
/// room for the response, which is held to what the command must give.
/// </summary>
internal sealed class ControlQueue
{
    /// <summary>The longest data behind a response's header that is asked for.</summary>
    public const int MostAnswerBytes = ResponseBytes - HeaderBytes;

    private const int QueueIndex = 0;
    private const int MostCommands = 16;
    private const int Segments = 3;
    private const int HeaderBytes = 24;
    private const int RequestBytes = 128;
    private const int ResponseBytes = 1920;
    private const int SlotBytes = RequestBytes + ResponseBytes;
    private const uint FenceFlag = 1;

    /// <summary>Seconds that a command may take. Shaders are compiled in one.</summary>
    private const int Patience = 60;

    /// <summary>
    /// How long a command's end is looked for before the thread sleeps until the interrupt: short ones are done by then. Without PAUSE in between: for that an
    /// emulated processor takes the lock which the device needs to do the command.
    /// </summary>
    private static readonly long s_pollTicks = Stopwatch.Frequency / 5000;

    private readonly VirtioDevice _device;
    private readonly RequestQueue _queue;
    private readonly DmaMemory _frames;
    private long _fences;

    public ControlQueue(VirtioDevice device)
    {
        _device = device;
        _queue = device.AddQueue(QueueIndex, MostCommands, Segments, 0);
        _frames = device.AllocateDma(_queue.SlotCount * SlotBytes);
    }

    /// <summary>Does a command that gives no data.</summary>
    /// <exception cref="DeviceException">The device refuses it, or was given up.</exception>
    public void Run(GpuCommand command, uint context, ReadOnlySpan<uint> fields) => Run(command, context, fields, GpuResponse.OkNoData, []);

    /// <summary>Does a command.</summary>
    /// <param name="command">Its type.</param>
    /// <param name="context">The context that it is for, or 0.</param>
    /// <param name="fields">What stands behind its header; a field of 64 bits is two, the low half first.</param>
    /// <param name="response">The response that it must give.</param>
    /// <param name="answer">Filled with what stands behind that response's header.</param>
    public void Run(GpuCommand command, uint context, ReadOnlySpan<uint> fields, GpuResponse response, Span<byte> answer) =>
        Run(command, context, fields, default, response, answer, isFenced: false, Patience);

    /// <summary>Does a command with further memory of the driver's, which was published, behind its fields.</summary>
    public void Run(GpuCommand command, uint context, ReadOnlySpan<uint> fields, BufferSegment payload) =>
        Run(command, context, fields, payload, isFenced: false, Patience);

    /// <summary>Does a command that refers to further memory of the driver's, which was published.</summary>
    /// <param name="command">Its type.</param>
    /// <param name="context">The context that it is for.</param>
    /// <param name="fields">What stands behind its header.</param>
    /// <param name="payload">What stands behind the fields.</param>
    /// <param name="isFenced">Whether the response waits until all that the command began is done.</param>
    /// <param name="patience">Seconds after which a device that does not answer is given up.</param>
    public void Run(GpuCommand command, uint context, ReadOnlySpan<uint> fields, BufferSegment payload, bool isFenced, int patience) =>
        Run(command, context, fields, payload, GpuResponse.OkNoData, [], isFenced, patience);

    private void Run(
        GpuCommand command, uint context, ReadOnlySpan<uint> fields, BufferSegment payload, GpuResponse response, Span<byte> answer, bool isFenced, int patience)
    {
        int slot = _queue.TakeSlot();
        try
        {
            int at = slot * SlotBytes;
            ulong fence = isFenced ? (ulong)Interlocked.Increment(ref _fences) : 0;
            BufferSegment request = WriteRequest(at, command, context, fields, fence);
            BufferSegment room = BufferSegment.Of(_frames, at + RequestBytes, HeaderBytes + answer.Length, deviceWrites: true);
            if (payload.Length == 0)
                _queue.Start(slot, [request, room]);
            else
                _queue.Start(slot, [request, payload, room]);
            int written = Finish(slot, patience);
            _frames.Fetch(at + RequestBytes, HeaderBytes + answer.Length);
            ReadOnlySpan<byte> given = _frames.Bytes.Slice(at + RequestBytes, HeaderBytes + answer.Length);
            Check(command, given, written, response, fence);
            given[HeaderBytes..].CopyTo(answer);
        }
        finally
        {
            _queue.GiveSlot(slot);
        }
    }

    private BufferSegment WriteRequest(int at, GpuCommand command, uint context, ReadOnlySpan<uint> fields, ulong fence)
    {
        int length = HeaderBytes + fields.Length * sizeof(uint);
        Span<byte> request = _frames.Bytes.Slice(at, RequestBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(request, (uint)command);
        BinaryPrimitives.WriteUInt32LittleEndian(request[4..], fence != 0 ? FenceFlag : 0);
        BinaryPrimitives.WriteUInt64LittleEndian(request[8..], fence);
        BinaryPrimitives.WriteUInt32LittleEndian(request[16..], context);
        BinaryPrimitives.WriteUInt32LittleEndian(request[20..], 0);
        for (int i = 0; i < fields.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(request[(HeaderBytes + i * sizeof(uint))..], fields[i]);
        // A device that writes no response must not be taken to repeat an earlier one.
        _frames.Bytes.Slice(at + RequestBytes, HeaderBytes).Clear();
        _frames.Publish(at, RequestBytes + HeaderBytes);
        return BufferSegment.Of(_frames, at, length, deviceWrites: false);
    }

    private int Finish(int slot, int patience)
    {
        long start = Stopwatch.GetTimestamp();
        do
        {
            if (_queue.HasNews(slot) && _queue.TryPoll(slot, out int written))
                return written;
        }
        while (Stopwatch.GetTimestamp() - start < s_pollTicks);
        return _queue.Finish(slot, patience);
    }

    /// <summary>An error that the specification has is the command's alone; anything else that is not the response is a lie, and ends the device.</summary>
    private void Check(GpuCommand command, ReadOnlySpan<byte> given, int written, GpuResponse response, ulong fence)
    {
        var type = (GpuResponse)BinaryPrimitives.ReadUInt32LittleEndian(given);
        if (written >= HeaderBytes && type is >= GpuResponse.FirstError and <= GpuResponse.LastError)
            throw _device.Broken($"refuses {command}: {Explain(type)}");
        bool isEchoed = fence == 0 || ((BinaryPrimitives.ReadUInt32LittleEndian(given[4..]) & FenceFlag) != 0 && BinaryPrimitives.ReadUInt64LittleEndian(given[8..]) == fence);
        if (type == response && written >= given.Length && isEchoed)
            return;
        DeviceException error = _device.Broken($"answers {command} by 0x{(uint)type:x} with {written} bytes, which is no answer to it; it was reset");
        _device.Fail(error.Message);
        throw error;
    }

    private static string Explain(GpuResponse error) => error switch
    {
        GpuResponse.OutOfMemory => "it has no memory left",
        GpuResponse.InvalidScanoutId => "it has no such display",
        GpuResponse.InvalidResourceId => "it knows no such resource",
        GpuResponse.InvalidContextId => "it knows no such context",
        GpuResponse.InvalidParameter => "a field is out of range",
        _ => $"error 0x{(uint)error:x}",
    };
}
