using System;

namespace MicroLake.Nucleus.Diagnostics;

/// <summary>
/// The last bytes of the kernel's log, in a ring. Every byte ever written has a sequence number, so that a
/// reader goes on where it stopped and learns how much it missed. The caller holds a lock.
/// </summary>
public unsafe struct KernelLog
{
    private byte* _buffer;
    private ulong _capacity;
    private ulong _next;

    /// <summary>Sequence number that the next byte will get: bytes written so far.</summary>
    public readonly ulong NextSequence => _next;

    /// <summary>Sequence number of the oldest byte that is still there.</summary>
    public readonly ulong FirstSequence => _next > _capacity ? _next - _capacity : 0;

    /// <summary>Starts empty.</summary>
    /// <param name="buffer">The ring.</param>
    /// <param name="capacity">Its bytes, a power of two.</param>
    /// <returns>False when the memory is null or the capacity no power of two.</returns>
    public bool Initialize(byte* buffer, ulong capacity)
    {
        if (buffer is null || capacity == 0 || (capacity & (capacity - 1)) != 0)
            return false;
        _buffer = buffer;
        _capacity = capacity;
        _next = 0;
        return true;
    }

    /// <summary>A sink for <see cref="TextFormatter"/>: the context is the log.</summary>
    public static void Sink(void* log, byte* bytes, ulong length) => ((KernelLog*)log)->Write(bytes, length);

    /// <summary>Appends bytes; the oldest make room.</summary>
    public void Write(byte* bytes, ulong length)
    {
        for (ulong i = 0; i < length; i++)
            _buffer[_next++ & (_capacity - 1)] = bytes[i];
    }

    /// <summary>Appends bytes; the oldest make room.</summary>
    public void Write(ReadOnlySpan<byte> text)
    {
        fixed (byte* bytes = text)
            Write(bytes, (ulong)text.Length);
    }

    /// <summary>Copies what follows a position, and advances it.</summary>
    /// <param name="sequence">Where to read; moved behind the bytes that were copied.</param>
    /// <param name="target">Room for <paramref name="length"/> bytes.</param>
    /// <param name="length">Most bytes to copy.</param>
    /// <param name="lost">Bytes from the position on that were overwritten before they could be read.</param>
    /// <returns>Bytes copied; 0 when there are no newer ones.</returns>
    public readonly ulong Read(ref ulong sequence, byte* target, ulong length, out ulong lost)
    {
        ulong first = FirstSequence;
        lost = sequence < first ? first - sequence : 0;
        if (sequence < first)
            sequence = first;
        if (sequence > _next)
            sequence = _next;
        ulong count = _next - sequence;
        if (count > length)
            count = length;
        for (ulong i = 0; i < count; i++)
            target[i] = _buffer[(sequence + i) & (_capacity - 1)];
        sequence += count;
        return count;
    }

    /// <summary>Where the oldest whole line begins: after overwriting, the ring starts in the middle of one.</summary>
    public readonly ulong FirstLineSequence()
    {
        ulong sequence = FirstSequence;
        if (sequence == 0)
            return 0;
        while (sequence < _next && _buffer[sequence & (_capacity - 1)] != '\n')
            sequence++;
        return sequence < _next ? sequence + 1 : FirstSequence;
    }
}
