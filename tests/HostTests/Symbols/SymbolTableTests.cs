using System.Buffers.Binary;
using System.Text;
using MicroLake.Abi;
using MicroLake.HostTests.Nucleus;
using MicroLake.ImageTool.Symbols;
using Xunit;

namespace MicroLake.HostTests.Symbols;

public sealed unsafe class SymbolTableTests : IDisposable
{
    private const ulong Base = 0xFFFFFFFF80000000;

    private readonly GuardedMemory _memory = new(4, 8);

    public void Dispose() => _memory.Dispose();

    [Fact]
    public void Addresses_are_found_by_binary_search()
    {
        SymbolTable table = Open(Blob((Base + 0x10, 0x10, true, "Boot"), (Base + 0x20, 8, false, "Shell.Run"), (Base + 0x40, 0, true, "Last")));
        Assert.Equal(4u, table.Count);
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
            for (ulong offset = 0; offset < (i == 299 ? 12u : 16u); offset += 3)
                AssertSymbol(ref table, Base + (ulong)i * 16 + offset, "f" + i, offset, i % 3 == 0);
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
    public void Names_share_owners_and_pieces()
    {
        FunctionSymbol[] functions =
        [
            .. Enumerable.Range(0, 500).Select(i => new FunctionSymbol(
                Base + ((ulong)i * 32), 32, $"MicroLake.Some.Space{i % 7}.TypeWithName{i % 13}.Method{i}WithLongName", i % 2 == 0)),
        ];
        byte[] blob = SymbolBlob.Write(functions);
        Assert.InRange(blob.Length, 1, functions.Sum(f => f.Name.Length) / 2);
        SymbolTable table = Open(blob);
        foreach (FunctionSymbol function in functions)
            AssertSymbol(ref table, function.Address + 31, function.Name, 31, function.IsNucleus);
    }

    [Fact]
    public void Damaged_headers_are_refused()
    {
        byte[] good = Blob((Base, 4, false, "a"));
        (int Position, byte Value)[] damages = [(0, 0), (4, 1), (16, 9), (19, 0xFF), (20, 9), (23, 0x80), (24, 0xFF), (28, 9), (31, 0x80)];
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
    public void A_name_that_leads_outside_is_no_name()
    {
        byte[] blob = Blob((Base, 4, false, "abcdefg"));
        foreach (uint outside in (uint[])[(uint)blob.Length, int.MaxValue - 1])
        {
            BinaryPrimitives.WriteUInt32LittleEndian(blob.AsSpan(SymbolBlob.HeaderSize + 4), outside);
            SymbolTable table = Open(blob);
            AssertSymbol(ref table, Base, "", 0, false);
        }
    }

    [Fact]
    public void A_table_of_a_program_is_described_where_it_lies()
    {
        byte[] blob = Blob((0x1000, 16, false, "Space.Type.Method"));
        Assert.True(SymbolTable.IsTable(blob));
        Assert.Equal("Space.Type.Method+0xf", SymbolTable.Describe(blob, 0x100f));
        Assert.Null(SymbolTable.Describe(blob, 0x1010));
        Assert.Null(SymbolTable.Describe(blob.AsSpan(1), 0x100f));
        Assert.False(SymbolTable.IsTable(blob.AsSpan(0, blob.Length - 1)));
    }

    [Fact]
    public void Damage_of_any_kind_is_survived()
    {
        var random = new Random(11);
        for (int round = 0; round < 10_000; round++)
        {
            byte[] blob = Blob((Base, 16, true, "one"), (Base + 16, 16, false, "two"), (Base + 32, 16, true, "three"));
            for (int i = random.Next(1, 6); i > 0; i--)
                blob[random.Next(2) == 0 ? random.Next(blob.Length) : random.Next(80)] = (byte)random.Next(256);
            if (!TryOpen(blob, out SymbolTable table))
                continue;
            for (ulong address = Base - 1; address < Base + 50; address++)
            {
                if (table.TryFind(address, out Symbol symbol))
                    Assert.InRange(Name(ref table, symbol).Length, 0, SymbolTable.MaxNameBytes);
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
        table = default;
        return table.Initialize(_memory.Place(blob), (ulong)blob.Length);
    }

    private static void AssertSymbol(ref SymbolTable table, ulong address, string name, ulong offset, bool nucleus)
    {
        Assert.True(table.TryFind(address, out Symbol symbol));
        Assert.Equal((name, address - offset, nucleus), (Name(ref table, symbol), symbol.Start, symbol.IsNucleus == 1));
    }

    private static string Name(ref SymbolTable table, in Symbol symbol)
    {
        byte* buffer = stackalloc byte[SymbolTable.MaxNameBytes];
        return Encoding.UTF8.GetString(buffer, table.WriteName(symbol, buffer));
    }

    private static byte[] Blob(params (ulong Address, uint Size, bool Nucleus, string Name)[] functions) =>
        SymbolBlob.Write([.. functions.Select(f => new FunctionSymbol(f.Address, f.Size, f.Name, f.Nucleus))]);
}
