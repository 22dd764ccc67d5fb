using System.Buffers.Binary;
using System.Text;

namespace MicroLake.HostTests.Nucleus.Acpi;

/// <summary>Physical memory with ACPI tables in it, put together by hand from the specification.</summary>
internal sealed class FakeFirmware
{
    public const ulong RootPointer = 0xF5A00;
    public const ulong Dsdt = 0x7FE0000;

    private ulong _next = 0x7FE8000;

    /// <summary>What lies at each address.</summary>
    public SortedDictionary<ulong, byte[]> Memory { get; } = [];

    /// <summary>Addresses of the tables that the root table lists.</summary>
    public List<ulong> Listed { get; } = [];

    public static FakeFirmware Typical(byte revision = 2)
    {
        var firmware = new FakeFirmware();
        firmware.Memory[Dsdt] = Table("DSDT", SoftOff(0x0A, 5, 0x0A, 7));
        firmware.Add(Fadt());
        firmware.Add(Madt(LocalApic(0, 0), LocalApic(1, 1), LocalApic(2, 2, flags: 0), IoApic(4, 0xFEC00000, 0),
            Override(0, 2, 0), Override(9, 9, 0xD), NmiSource(20, 5), LocalNmi(0xFF, 0, 1), X2Apic(300, 77), X2ApicNmi(uint.MaxValue, 0, 0)));
        firmware.Add(Table("MCFG", [.. new byte[8], .. U64(0xB0000000), 0, 0, 0, 255, .. U32(0)]));
        firmware.Add(Table("HPET", [.. U32(0x8086A201), 0, 64, 0, 0, .. U64(0xFED00000), 0, .. U16(100), 0]));
        firmware.Add(Table("WAET", U32(0)));
        firmware.Finish(revision);
        return firmware;
    }

    public ulong Add(byte[] table)
    {
        ulong address = _next;
        _next += ((ulong)table.Length + 63) & ~63UL;
        Memory[address] = table;
        Listed.Add(address);
        return address;
    }

    /// <summary>Writes the root table and the root pointer.</summary>
    public void Finish(byte revision)
    {
        const ulong Root = 0x7FEF000;
        bool extended = revision >= 2;
        Memory[Root] = Table(extended ? "XSDT" : "RSDT", [.. Listed.SelectMany(a => extended ? U64(a) : U32((uint)a))]);
        byte[] pointer = [.. "RSD PTR "u8, 0, .. "LAKE  "u8, revision, .. U32(extended ? 0 : (uint)Root)];
        FixSum(pointer, 8, 20);
        if (extended)
        {
            pointer = [.. pointer, .. U32(36), .. U64(Root), 0, 0, 0, 0];
            FixSum(pointer, 32, 36);
        }
        Memory[RootPointer] = pointer;
    }

    /// <summary>The bytes at a physical range that lies in one of the pieces; null otherwise.</summary>
    public byte[]? Read(ulong address, ulong length)
    {
        foreach ((ulong start, byte[] bytes) in Memory)
        {
            if (address >= start && address - start <= (ulong)bytes.Length && length <= (ulong)bytes.Length - (address - start))
                return bytes.AsSpan((int)(address - start), (int)length).ToArray();
        }
        return null;
    }

    public byte[] Find(string signature) =>
        Memory.Values.Single(t => t.AsSpan(0, 4).SequenceEqual(Encoding.ASCII.GetBytes(signature)));

    public static byte[] Table(string signature, byte[] body, byte revision = 1)
    {
        byte[] table = [.. Encoding.ASCII.GetBytes(signature), .. U32((uint)body.Length + 36), revision, 0, .. "LAKE  MICROLAK"u8, .. U32(1), .. "TEST"u8, .. U32(1), .. body];
        Reseal(table);
        return table;
    }

    public static void Reseal(byte[] table) => FixSum(table, 9, table.Length);

    public static byte[] Madt(params byte[][] entries) =>
        Table("APIC", [.. U32(0xFEE00000), .. U32(1), .. entries.SelectMany(e => e)], 3);

    public static byte[] LocalApic(byte uid, byte id, uint flags = 1) => [0, 8, uid, id, .. U32(flags)];

    public static byte[] IoApic(byte id, uint address, uint interrupts) => [1, 12, id, 0, .. U32(address), .. U32(interrupts)];

    public static byte[] Override(byte source, uint interrupt, ushort flags) => [2, 10, 0, source, .. U32(interrupt), .. U16(flags)];

    public static byte[] NmiSource(uint interrupt, ushort flags) => [3, 8, .. U16(flags), .. U32(interrupt)];

    public static byte[] LocalNmi(byte uid, ushort flags, byte input) => [4, 6, uid, .. U16(flags), input];

    public static byte[] LocalApicAddress(ulong address) => [5, 12, 0, 0, .. U64(address)];

    public static byte[] X2Apic(uint id, uint uid, uint flags = 1) => [9, 16, 0, 0, .. U32(id), .. U32(flags), .. U32(uid)];

    public static byte[] X2ApicNmi(uint uid, ushort flags, byte input) => [10, 12, .. U16(flags), .. U32(uid), input, 0, 0, 0];

    public static byte[] Fadt(int length = 244, Action<byte[]>? change = null)
    {
        byte[] table = new byte[244];
        Table("FACP", [], 3).CopyTo(table, 0);
        Put32(table, 40, (uint)Dsdt);
        Put16(table, 46, 9);
        Put32(table, 48, 0xB2);
        table[52] = 2;
        table[53] = 3;
        Put32(table, 56, 0x600);
        Put32(table, 64, 0x604);
        Put32(table, 76, 0x608);
        table[88] = 4;
        table[89] = 2;
        table[91] = 4;
        table[108] = 0x32;
        Put16(table, 109, 2);
        Put32(table, 112, 1 << 10 | 0xA5);
        PutAddress(table, 116, 1, 8, 0xCF9);
        table[128] = 0xF;
        Put64(table, 140, Dsdt);
        PutAddress(table, 148, 1, 32, 0x600);
        PutAddress(table, 172, 1, 16, 0x604);
        PutAddress(table, 208, 1, 32, 0x608);
        change?.Invoke(table);
        Array.Resize(ref table, length);
        Put32(table, 4, (uint)length);
        Reseal(table);
        return table;
    }

    /// <summary>Some byte code with a <c>\_S5</c> package whose first two elements are given as encoded.</summary>
    public static byte[] SoftOff(params byte[] elements) =>
        [0x10, 0x20, .. "\\_SB_"u8, 0x08, .. "_S3_"u8, 0x12, 6, 4, 0x0A, 1, 0x0A, 1, 0x08, .. "_S5_"u8, 0x12, (byte)(elements.Length + 4), 4, .. elements, 0, 0, 0x14, 0x08];

    public static void PutAddress(byte[] table, int offset, byte space, byte bits, ulong address)
    {
        table[offset] = space;
        table[offset + 1] = bits;
        Put64(table, offset + 4, address);
    }

    public static void Put16(byte[] table, int offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(table.AsSpan(offset), value);

    public static void Put32(byte[] table, int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan(offset), value);

    public static void Put64(byte[] table, int offset, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(table.AsSpan(offset), value);

    public static byte[] U16(ushort value) => BitConverter.GetBytes(value);

    public static byte[] U32(uint value) => BitConverter.GetBytes(value);

    public static byte[] U64(ulong value) => BitConverter.GetBytes(value);

    public static void FixSum(byte[] data, int position, int length)
    {
        data[position] = 0;
        data[position] = (byte)-data.AsSpan(0, length).ToArray().Sum(b => b);
    }
}
