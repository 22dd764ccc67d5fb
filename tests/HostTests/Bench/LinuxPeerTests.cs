using System.Text;
using MicroLake.Bench.Linux;
using Xunit;

namespace MicroLake.HostTests.Bench;

public sealed class LinuxPeerTests
{
    // Literals "lake", then a match of 8 bytes 4 back (overlapping), then the literal "!".
    private static readonly byte[] s_frame = [0x02, 0x21, 0x4c, 0x18, 9, 0, 0, 0, 0x44, (byte)'l', (byte)'a', (byte)'k', (byte)'e', 4, 0, 0x10, (byte)'!'];

    [Fact]
    public void A_legacy_lz4_frame_is_decompressed() =>
        Assert.Equal("lakelakelake!", Encoding.ASCII.GetString(Lz4Legacy.Decompress(s_frame, 13)));

    [Fact]
    public void Damaged_frames_are_refused()
    {
        var random = new Random(1);
        for (int i = 0; i < 10_000; i++)
        {
            byte[] bad = [.. s_frame.AsSpan(0, random.Next(4, s_frame.Length))];
            bad[random.Next(4, bad.Length + 1) - 1] = (byte)random.Next(256);
            try
            {
                Assert.Equal(13, Lz4Legacy.Decompress(bad, 13).Length);
            }
            catch (InvalidDataException)
            {
                // The only way in which it may fail.
            }
        }
    }

    [Fact]
    public void The_initramfs_is_a_newc_archive_with_a_trailer()
    {
        var archive = new CpioArchive();
        archive.AddFolder("proc");
        archive.AddProgram("init", [1, 2, 3]);
        byte[] bytes = archive.Build();
        string text = Encoding.Latin1.GetString(bytes);

        Assert.Equal(0, bytes.Length % 4);
        Assert.StartsWith("070701", text, StringComparison.Ordinal);
        int init = text.IndexOf("init\0", StringComparison.Ordinal);
        Assert.Equal("000081ed", text.Substring(init - 110 + 14, 8));
        Assert.Equal("00000003", text.Substring(init - 110 + 54, 8));
        Assert.Equal("\u0001\u0002\u0003", text.Substring(((init + 5 + 3) / 4 * 4), 3));
        Assert.Contains("TRAILER!!!\0", text, StringComparison.Ordinal);
    }
}
