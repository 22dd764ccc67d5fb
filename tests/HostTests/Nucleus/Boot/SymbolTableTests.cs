using System.Buffers.Binary;
using System.Text;
using MicroLake.ImageTool.Symbols;
using MicroLake.Nucleus.Boot;
using Xunit;

namespace MicroLake.HostTests.Nucleus.Boot;

public sealed unsafe class SymbolTableTests : IDisposable
{
    private const ulong Base = 0xFFFFFFFF80000000;

    private readonly GuardedMemory _memory = new(4, 2);

    public void Dispose() => _memory.Dispose();

    [Fact]
    public void Addresses_are_found_by_binary_search()
    {
        SymbolTable table = Open(Blob((Base + 0x10, 0x10, true, "Boot"), (Base + 0x20, 8, false, "Shell.Run"), (Base + 0x40, 0, true, "Last")));
        Assert.Equal(3u, table.Count);
        AssertSymbol(ref table, Base + 0x10, "Boot", 0, true);
        AssertSymbol(ref table, Base + 0x1F, "Boot", 15, true);
        AssertSymbol(ref table, Base + 0x20, "Shell.Run", 0, false);
        AssertSymbol(ref table, Base + 0x27, "Shell.Run", 7, false);
        AssertSymbol(ref table, Base + 0x5000, "Last", 0x5000 - 0x40, true);
        Assert.False(table.TryFind(Base + 0x0F, out _));
        Assert.False(table.TryFind(Base + 0x28, out _));
        Assert.False(table.TryFind(0, out _));
    }

    [Fact]
    public void Every_address_of_many_functions_is_found()
    {
        var functions = new (ulong, uint, bool, string)[300];
        for (int i = 0; i < functions.Length; i++)
            functions[i] = (Base + (ulong)i * 16, 12, i % 3 == 0, "f" + i);
        SymbolTable table = Open(Blob(functions));
        for (int i = 0; i < functions.Length; i++)
        {
            for (ulong offset = 0; offset < 16; offset += 3)
            {
                if (offset < 12)
                    AssertSymbol(ref table, Base + (ulong)i * 16 + offset, "f" + i, offset, i % 3 == 0);
                else
                    Assert.False(table.TryFind(Base + (ulong)i * 16 + offset, out _));
            }
        }
    }

    [Fact]
    public void What_the_image_tool_writes_is_read_back()
    {
        SymbolTable table = Open(SymbolBlob.Write(
        [
            new FunctionSymbol(Base, 0x20, "MicroLake.Nucleus.Boot.Entry()", true),
            new FunctionSymbol(Base + 0x20, 0x2000000, "Grün<T>", false),
            new FunctionSymbol(Base + 0x8000000, 0, "Same", true),
            new FunctionSymbol(Base + 0x8000010, 4, "Same", true),
        ]));
        AssertSymbol(ref table, Base + 0x1F, "MicroLake.Nucleus.Boot.Entry()", 0x1F, true);
        AssertSymbol(ref table, Base + 0x1FFFFFF, "Grün<T>", 0x1FFFFDF, false);
        AssertSymbol(ref table, Base + 0x800000F, "Same", 0xF, true);
        AssertSymbol(ref table, Base + 0x8000010, "Same", 0, true);
        Assert.False(table.TryFind(Base + 0x8000014, out _));
    }

    [Fact]
    public void An_empty_table_finds_nothing()
    {
        SymbolTable table = Open(Blob());
        Assert.False(table.TryFind(Base, out _));
        table = default;
        Assert.False(table.TryFind(Base, out _));
    }

    [Fact]
    public void Damaged_headers_are_refused()
    {
        byte[] good = Blob((Base, 4, false, "a"));
        (int Position, byte Value)[] damages = [(0, 0), (4, 2), (8, 2), (11, 0xFF), (12, 3), (15, 0x80)];
        foreach ((int position, byte value) in damages)
        {
            byte[] bad = (byte[])good.Clone();
            bad[position] = value;
            Assert.False(TryOpen(bad, out SymbolTable table));
            Assert.Equal(0u, table.Count);
        }
        for (int length = 0; length < good.Length; length++)
            Assert.False(TryOpen(good[..length], out _));
        SymbolTable none = default;
        Assert.False(none.Initialize(null, 100));
    }

    [Fact]
    public void Names_that_lead_outside_are_refused()
    {
        byte[] blob = Blob((Base, 4, false, "abcdefg"));
        BinaryPrimitives.WriteUInt32LittleEndian(blob.AsSpan(24), 8);
        Assert.False(Open(blob).TryFind(Base, out _));
        BinaryPrimitives.WriteUInt32LittleEndian(blob.AsSpan(24), uint.MaxValue);
        Assert.False(Open(blob).TryFind(Base, out _));
        BinaryPrimitives.WriteUInt32LittleEndian(blob.AsSpan(24), 0);
        blob[^1] = (byte)'x';
        Assert.False(Open(blob).TryFind(Base, out _));
    }

    [Fact]
    public void Damage_of_any_kind_is_survived()
    {
        var random = new Random(11);
        for (int round = 0; round < 10_000; round++)
        {
            byte[] blob = Blob((Base, 16, true, "one"), (Base + 16, 16, false, "two"), (Base + 32, 16, true, "three"));
            for (int i = random.Next(1, 6); i > 0; i--)
                blob[random.Next(blob.Length)] = (byte)random.Next(256);
            if (!TryOpen(blob, out SymbolTable table))
                continue;
            for (ulong address = Base - 1; address < Base + 50; address++)
            {
                if (table.TryFind(address, out Symbol symbol))
                    Assert.InRange(symbol.Name.Length, 0, blob.Length);
            }
        }
    }

    private SymbolTable Open(byte[] blob)
    {
        Assert.True(TryOpen(blob, out SymbolTable table));
        return table;
    }

    private bool TryOpen(byte[] blob, out SymbolTable table)
    {
        _memory.Reset();

        // The tool pads nothing, yet a table must be aligned: the guard page is up to 7 bytes away.
        byte[] padded = new byte[(blob.Length + 7) & ~7];
        blob.CopyTo(padded, 0);
        table = default;
        return table.Initialize(_memory.Place(padded), (ulong)blob.Length);
    }

    private static void AssertSymbol(ref SymbolTable table, ulong address, string name, ulong offset, bool nucleus)
    {
        Assert.True(table.TryFind(address, out Symbol symbol));
        Assert.Equal((name, offset, nucleus, address - offset), (Encoding.UTF8.GetString(symbol.Name), symbol.Offset, symbol.IsNucleus == 1, symbol.Start));
    }

    /// <summary>A table in the form that the image tool writes.</summary>
    private static byte[] Blob(params (ulong Address, uint Size, bool Nucleus, string Name)[] functions)
    {
        var names = new List<byte>();
        var entries = new List<byte>();
        foreach ((ulong address, uint size, bool nucleus, string name) in functions)
        {
            entries.AddRange([.. BitConverter.GetBytes(address), .. BitConverter.GetBytes(names.Count), .. BitConverter.GetBytes(size << 8 | (nucleus ? 1u : 0))]);
            names.AddRange([.. Encoding.UTF8.GetBytes(name), 0]);
        }
        return [.. "MLSY"u8, .. BitConverter.GetBytes(1), .. BitConverter.GetBytes(functions.Length), .. BitConverter.GetBytes(names.Count), .. entries, .. names];
    }
}
