using MicroLake.Nucleus.Memory;

namespace MicroLake.Nucleus.Entropy;

/// <summary>
/// Random bytes from a key that nobody else knows: the ChaCha20 block function (RFC 8439, 2.3), whose every block gives the next key before it
/// gives bytes, so that what was given cannot be found out from the state later. The caller holds a lock.
/// </summary>
public unsafe struct KeyedRandom
{
    /// <summary>Bytes of a key, and of a seed.</summary>
    public const int KeyBytes = 32;

    private const int KeyWords = KeyBytes / sizeof(uint);
    private const int BlockWords = 16;
    private const int Rounds = 20;

    private fixed uint _key[KeyWords];

    /// <summary>Takes a seed in. What was known only before still counts.</summary>
    public void Seed(byte* seed)
    {
        for (int i = 0; i < KeyBytes; i++)
            _key[i / 4] ^= (uint)seed[i] << (i % 4 * 8);
        byte* unused = stackalloc byte[KeyBytes];
        Next(unused, KeyBytes);
    }

    /// <summary>Fills the buffer.</summary>
    public void Fill(byte* buffer, int length)
    {
        for (; length > 0; length -= KeyBytes, buffer += KeyBytes)
            Next(buffer, length < KeyBytes ? length : KeyBytes);
    }

    /// <summary>One block of the cipher, as the RFC's test vectors give it.</summary>
    public static void Block(uint* key, uint counter, uint* nonce, uint* output)
    {
        uint* x = stackalloc uint[BlockWords];
        uint* initial = stackalloc uint[BlockWords];
        initial[0] = 0x61707865;
        initial[1] = 0x3320646e;
        initial[2] = 0x79622d32;
        initial[3] = 0x6b206574;
        for (int i = 0; i < KeyWords; i++)
            initial[4 + i] = key[i];
        initial[12] = counter;
        for (int i = 0; i < 3; i++)
            initial[13 + i] = nonce[i];
        for (int i = 0; i < BlockWords; i++)
            x[i] = initial[i];
        for (int i = 0; i < Rounds; i += 2)
        {
            for (int column = 0; column < 4; column++)
                QuarterRound(x, column, 4 + column, 8 + column, 12 + column);
            for (int diagonal = 0; diagonal < 4; diagonal++)
                QuarterRound(x, diagonal, 4 + (diagonal + 1) % 4, 8 + (diagonal + 2) % 4, 12 + (diagonal + 3) % 4);
        }

        for (int i = 0; i < BlockWords; i++)
            output[i] = x[i] + initial[i];
    }

    private void Next(byte* buffer, int length)
    {
        uint* nonce = stackalloc uint[3];
        nonce[0] = nonce[1] = nonce[2] = 0;
        uint* block = stackalloc uint[BlockWords];
        fixed (uint* key = _key)
        {
            Block(key, 0, nonce, block);
            for (int i = 0; i < KeyWords; i++)
                key[i] = block[i];
        }

        for (int i = 0; i < length; i++)
            buffer[i] = (byte)(block[KeyWords + i / 4] >> (i % 4 * 8));
        RawMemory.Clear(block, BlockWords * sizeof(uint));
    }

    private static void QuarterRound(uint* x, int a, int b, int c, int d)
    {
        x[a] += x[b];
        x[d] = Rotate(x[d] ^ x[a], 16);
        x[c] += x[d];
        x[b] = Rotate(x[b] ^ x[c], 12);
        x[a] += x[b];
        x[d] = Rotate(x[d] ^ x[a], 8);
        x[c] += x[d];
        x[b] = Rotate(x[b] ^ x[c], 7);
    }

    private static uint Rotate(uint value, int by) => value << by | value >> (32 - by);
}
