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
        byte[] blob = SymbolBlob.Write([new(0xffffffff80100000, 0x10, "A.B", true), new(0xffffffff80100020, 0, "C", false), new(0xffffffff80100040, ulong.MaxValue, "A.B", false)]);

        Assert.Equal("MLSY"u8, blob.AsSpan(0, 4));
        Assert.Equal(2u, U32(blob, 4));
        Assert.Equal(0xffffffff80100000, BinaryPrimitives.ReadUInt64LittleEndian(blob.AsSpan(8)));
        Assert.Equal([4u, 2u, 256u, 12u], new[] { U32(blob, 16), U32(blob, 20), U32(blob, 24), U32(blob, 28) });
        Assert.Equal([0u, 4u | SymbolBlob.NucleusFlag, 0x10u, SymbolBlob.NoFunction, 0x20u, 8u, 0x40u, 4u], Enumerable.Range(0, 8).Select(i => U32(blob, 32 + (4 * i))));
        Assert.Equal([0u, 3u], new[] { U32(blob, 64), U32(blob, 68) });
        Assert.Equal("A.\0\0\0\0B\0\u0001\0C\0", Encoding.UTF8.GetString(blob.AsSpan(72 + (256 * 4) + 256)));
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
