using MicroLake.Storage;
using MicroLake.Storage.Swap;
using Xunit;

namespace MicroLake.HostTests.Storage.Swap;

public sealed class SwapFormatTests
{
    private const int Size = 2 << 20;

    [Fact]
    public void A_formatted_disk_is_read_back()
    {
        var disk = new MemoryDisk(Size);
        Assert.False(SwapFormat.IsFormatted(disk));
        Assert.True(Assert.Throws<DiskFormatException>(() => SwapFormat.ReadPages(disk)).IsBlank);
        SwapFormat.Create(disk);
        Assert.True(SwapFormat.IsFormatted(disk));
        Assert.Equal(Size / SwapFormat.PageBytes, SwapFormat.ReadPages(disk));
        SwapFormat.Create(disk);
    }

    [Fact]
    public void A_file_system_is_never_overwritten_and_other_contents_only_by_force()
    {
        var files = new MemoryDisk(Size);
        DiskFormat.Create(files);
        byte[] before = files.Image.ToArray();
        Assert.Contains("holds a file system", Assert.Throws<DiskFormatException>(() => SwapFormat.Create(files, force: true)).Message, StringComparison.Ordinal);
        Assert.Equal(before, files.Image);

        var other = new MemoryDisk(Size);
        other.Image[1080] = 0x53;
        Assert.Contains("holds something already", Assert.Throws<DiskFormatException>(() => SwapFormat.Create(other)).Message, StringComparison.Ordinal);
        SwapFormat.Create(other, force: true);
        Assert.True(SwapFormat.IsFormatted(other));
    }

    [Fact]
    public void A_disk_that_cannot_be_one_is_an_error()
    {
        Assert.Contains("too small", Assert.Throws<DiskFormatException>(() => SwapFormat.Create(new MemoryDisk((1 << 20) - 4096))).Message, StringComparison.Ordinal);
        Assert.Contains("read-only", Assert.Throws<DiskFormatException>(() => SwapFormat.Create(new MemoryDisk(Size) { ReadOnly = true })).Message, StringComparison.Ordinal);
        var cut = new MemoryDisk(Size);
        SwapFormat.Create(cut);
        var shorter = new MemoryDisk(Size / 2);
        cut.Image.AsSpan(0, Size / 2).CopyTo(shorter.Image);
        Assert.Contains("was formatted for 512 pages and has 256", Assert.Throws<DiskFormatException>(() => SwapFormat.ReadPages(shorter)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_headers_are_one_typed_error_or_none()
    {
        var disk = new MemoryDisk(Size);
        SwapFormat.Create(disk);
        byte[] whole = disk.Image.AsSpan(0, 512).ToArray();
        var random = new Random(1);
        for (int i = 0; i < 10_000; i++)
        {
            whole.CopyTo(disk.Image.AsSpan());
            for (int n = random.Next(1, 4); n > 0; n--)
                disk.Image[random.Next(512)] ^= (byte)random.Next(1, 256);
            if (disk.Image.AsSpan(0, 504).SequenceEqual(whole.AsSpan(0, 504)) && disk.Image.AsSpan(508, 4).SequenceEqual(whole.AsSpan(508)))
                Assert.Equal(Size / SwapFormat.PageBytes, SwapFormat.ReadPages(disk));
            else
                Assert.Throws<DiskFormatException>(() => SwapFormat.ReadPages(disk));
        }
    }
}
