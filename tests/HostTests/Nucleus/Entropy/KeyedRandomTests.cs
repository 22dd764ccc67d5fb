using MicroLake.Nucleus.Entropy;
using Xunit;

namespace MicroLake.HostTests.Nucleus.Entropy;

public sealed unsafe class KeyedRandomTests
{
    /// <summary>RFC 8439, 2.3.2.</summary>
    [Fact]
    public void The_block_function_gives_the_test_vector()
    {
        uint[] key = [0x03020100, 0x07060504, 0x0b0a0908, 0x0f0e0d0c, 0x13121110, 0x17161514, 0x1b1a1918, 0x1f1e1d1c];
        uint[] nonce = [0x09000000, 0x4a000000, 0x00000000];
        uint[] found = new uint[16];
        fixed (uint* k = key, n = nonce, f = found)
            KeyedRandom.Block(k, 1, n, f);
        Assert.Equal(
            [
                0xe4e7f110, 0x15593bd1, 0x1fdd0f50, 0xc47120a3, 0xc7f4d1c7, 0x0368c033, 0x9aaa2204, 0x4e6cd4c3,
                0x466482d2, 0x09aa9f07, 0x05d7c214, 0xa2028bd9, 0xd19c12b5, 0xb94e16de, 0xe883d0cb, 0x4e3c50a2,
            ],
            found);
    }

    [Fact]
    public void No_two_fills_are_alike_and_a_seed_changes_all_that_follow()
    {
        Assert.NotEqual(Draw(1, 64)[..32], Draw(1, 64)[32..]);
        Assert.Equal(Draw(1, 100), Draw(1, 100));
        Assert.NotEqual(Draw(1, 100), Draw(2, 100));
    }

    [Fact]
    public void All_bits_come_about_as_often_set_as_not()
    {
        int set = Draw(3, 100_000).Sum(b => System.Numerics.BitOperations.PopCount(b));
        Assert.InRange(set, 398_000, 402_000);
    }

    private static byte[] Draw(byte seed, int length)
    {
        byte[] bytes = new byte[length];
        byte* seedBytes = stackalloc byte[KeyedRandom.KeyBytes];
        new Span<byte>(seedBytes, KeyedRandom.KeyBytes).Fill(seed);
        var generator = default(KeyedRandom);
        generator.Seed(seedBytes);
        fixed (byte* start = bytes)
            generator.Fill(start, length);
        return bytes;
    }
}
