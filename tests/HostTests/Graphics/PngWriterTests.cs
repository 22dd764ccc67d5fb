using System.IO.Compression;
using MicroLake.Graphics;
using Xunit;

namespace MicroLake.HostTests.Graphics;

public sealed class PngWriterTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(300, 200, 2)]
    [InlineData(640, 400, 400)]
    [InlineData(97, 89, 1 << 24)]
    public void A_picture_is_read_back_as_it_was(int width, int height, int colours)
    {
        var random = new Random(width);
        var canvas = new Canvas(width, height);
        canvas.Fill(0x102030);
        for (int i = 0; i < width * height / 4; i++)
            canvas.Fill(random.Next(-9, width), random.Next(-9, height), random.Next(20), random.Next(3), (uint)random.Next(colours));
        var file = new MemoryStream();
        PngWriter.Write(canvas, file);
        PngPicture picture = PngPicture.Read(file.ToArray());
        Assert.Equal((width, height), (picture.Width, picture.Height));
        for (int y = 0; y < height; y++)
            Assert.Equal(canvas.Row(y), picture.Row(y));
    }

    [Fact]
    public void Any_bytes_are_compressed_and_come_back()
    {
        var random = new Random(1);
        for (int round = 0; round < 300; round++)
        {
            // Lengths and distances of every class come up.
            byte[] data = new byte[random.Next(1 << random.Next(1, 18))];
            int symbols = random.Next(1, 257);
            for (int i = 0; i < data.Length; i++)
                data[i] = (byte)random.Next(symbols);
            for (int i = 0; data.Length > 0 && i < random.Next(40); i++)
            {
                int from = random.Next(data.Length), to = random.Next(data.Length), length = Math.Min(random.Next(600), data.Length - Math.Max(from, to));
                data.AsSpan(from, length).CopyTo(data.AsSpan(to));
            }

            ReadOnlySpan<byte> compressed = Zlib.Compress(data);
            using var reader = new ZLibStream(new MemoryStream(compressed.ToArray()), CompressionMode.Decompress);
            var back = new MemoryStream();
            reader.CopyTo(back);
            Assert.True(data.AsSpan().SequenceEqual(back.ToArray()), $"round {round}: {data.Length} bytes");
        }
    }

    [Fact]
    public void A_screen_of_text_is_a_small_file()
    {
        var screen = new TextScreen(160, 50);
        for (int i = 0; i < 100; i++)
            screen.Write(System.Text.Encoding.ASCII.GetBytes($"\r\nline {i} of a file that has many of them, all a little like each other"));
        var canvas = new Canvas(1280, 800);
        _ = screen.Draw(canvas, everything: true);
        var file = new MemoryStream();
        PngWriter.Write(canvas, file);
        Assert.InRange(file.Length, 1000, 80 << 10);
    }
}
