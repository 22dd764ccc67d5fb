using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace MicroLake.Abi;

/// <summary>
/// A call or a reply: a label and 8 words, whose meaning the two sides agree on, and up to 4 handles, which move to the receiver.
/// 104 bytes.
/// </summary>
public unsafe struct Message
{
    public const int WordCount = 8;
    public const int MaxHandles = 4;

    /// <summary>What is asked, or how it went.</summary>
    public ulong Label;

    public fixed ulong Words[WordCount];

    /// <summary>Written on receipt of a call: the badge of the handle that it came through. Whatever a sender puts here is ignored.</summary>
    public ulong Badge;

    /// <summary>Handles in <see cref="Handles"/>.</summary>
    public uint HandleCount;

    /// <summary>The sender's handles; on receipt, the receiver's own handles to the same objects.</summary>
    public fixed uint Handles[MaxHandles];

    public uint Reserved;

    /// <summary>The 64 bytes of the words.</summary>
    [UnscopedRef]
    public Span<byte> Bytes => MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref Words[0], WordCount));

    /// <summary>A word, for code without pointers.</summary>
    /// <exception cref="IndexOutOfRangeException">There are 8.</exception>
    public ulong this[int index]
    {
        readonly get => index is >= 0 and < WordCount ? Words[index] : throw new IndexOutOfRangeException();
        set
        {
            if (index is < 0 or >= WordCount)
                throw new IndexOutOfRangeException();
            Words[index] = value;
        }
    }

    /// <summary>A handle of a received message; 0 where it has none.</summary>
    public readonly uint GetHandle(int index) => index >= 0 && (uint)index < HandleCount && index < MaxHandles ? Handles[index] : 0;

    /// <summary>Puts a further handle in, to be moved to the receiver.</summary>
    /// <exception cref="InvalidOperationException">There are 4 already.</exception>
    public void AddHandle(uint handle)
    {
        if (HandleCount >= MaxHandles)
            throw new InvalidOperationException($"A message takes {MaxHandles} handles.");
        Handles[HandleCount++] = handle;
    }
}
