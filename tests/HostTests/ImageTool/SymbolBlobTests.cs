using System.Buffers.Binary;
using System.Text;
using MicroLake.ImageTool.Symbols;
using Xunit;

namespace MicroLake.HostTests.ImageTool;

public sealed class SymbolBlobTests
{
    [Fact]
    public void The_layout_is_what_the_kernel_reads()
    {
        byte[] blob = SymbolBlob.Write([new(0xffffffff80100000, 0x20, "A.B", true), new(0xffffffff80100020, 0, "C", false), new(0xffffffff80100040, ulong.MaxValue, "A.B", false)]);

        Assert.Equal("MLSY"u8, blob.AsSpan(0, 4));
        Assert.Equal([1u, 3u, 6u], new[] { U32(blob, 4), U32(blob, 8), U32(blob, 12) });
        Assert.Equal(16 + (3 * 16) + 6, blob.Length);
        Assert.Equal(0xffffffff80100000, BinaryPrimitives.ReadUInt64LittleEndian(blob.AsSpan(16)));
        Assert.Equal((0u, 0x2001u), (U32(blob, 24), U32(blob, 28)));
        Assert.Equal((4u, 0u), (U32(blob, 40), U32(blob, 44)));
        Assert.Equal((0u, 0xffffff00u), (U32(blob, 56), U32(blob, 60)));
        Assert.Equal("A.B\0C\0", Encoding.UTF8.GetString(blob.AsSpan(64)));
    }

    [Fact]
    public void Long_names_lose_their_type_arguments_first_and_keep_both_ends()
    {
        string arguments = string.Join(", ", Enumerable.Repeat("Argument", 20));
        Assert.Equal("Space.Type<...>.<Run>b__0", SymbolBlob.Shorten($"Space.Type<Outer<{arguments}>>.<Run>b__0"));

        string shortened = SymbolBlob.Shorten("First." + new string('x', 300) + ".Last");
        Assert.Equal(SymbolBlob.MaxNameLength, shortened.Length);
        Assert.StartsWith("First.", shortened, StringComparison.Ordinal);
        Assert.EndsWith(".Last", shortened, StringComparison.Ordinal);
    }

    private static uint U32(byte[] blob, int at) => BinaryPrimitives.ReadUInt32LittleEndian(blob.AsSpan(at));
}
