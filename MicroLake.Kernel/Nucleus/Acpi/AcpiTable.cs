namespace MicroLake.Nucleus.Acpi;

/// <summary>
/// A table whose length and checksum are good. Reading past its end gives zero, so no offset taken from the
/// table can lead outside; whether a field must exist is the reader's question to <see cref="Length"/>.
/// </summary>
internal unsafe struct AcpiTable
{
    /// <summary>Bytes of the header that all tables but the root pointer share (ACPI 6.5, 5.2.6).</summary>
    public const uint HeaderLength = 36;

    /// <summary>No real table comes near this; a larger length is damage.</summary>
    private const uint MaximumLength = 16 << 20;

    private byte* _data;

    public uint Length;

    /// <summary>Reads the signature of the table at an address.</summary>
    public static bool TryPeekSignature(ulong address, delegate*<ulong, ulong, byte*> map, out uint signature)
    {
        signature = 0;
        byte* header = Map(address, HeaderLength, map);
        if (header is null)
            return false;
        signature = *(uint*)header;
        return true;
    }

    /// <summary>Opens and checks the table at an address.</summary>
    public static AcpiError TryOpen(ulong address, uint signature, delegate*<ulong, ulong, byte*> map, out AcpiTable table)
    {
        table = default;
        if (address == 0)
            return AcpiError.Missing;
        byte* header = Map(address, HeaderLength, map);
        if (header is null)
            return AcpiError.NotMappable;
        if (*(uint*)header != signature)
            return AcpiError.BadSignature;
        uint length = *(uint*)(header + 4);
        if (length < HeaderLength || length > MaximumLength)
            return AcpiError.BadLength;
        byte* data = Map(address, length, map);
        if (data is null)
            return AcpiError.NotMappable;
        if (!SumsToZero(data, length))
            return AcpiError.BadChecksum;
        table._data = data;
        table.Length = length;
        return AcpiError.None;
    }

    public static byte* Map(ulong address, ulong length, delegate*<ulong, ulong, byte*> map) =>
        address + length < address ? null : map(address, length);

    public static bool SumsToZero(byte* data, uint length)
    {
        byte sum = 0;
        for (uint i = 0; i < length; i++)
            sum += data[i];
        return sum == 0;
    }

    public readonly byte U8(uint offset) => Holds(offset, 1) ? _data[offset] : (byte)0;

    public readonly ushort U16(uint offset) => Holds(offset, 2) ? *(ushort*)(_data + offset) : (ushort)0;

    public readonly uint U32(uint offset) => Holds(offset, 4) ? *(uint*)(_data + offset) : 0;

    public readonly ulong U64(uint offset) => Holds(offset, 8) ? *(ulong*)(_data + offset) : 0;

    /// <summary>A Generic Address Structure of 12 bytes.</summary>
    public readonly AcpiAddress Address(uint offset)
    {
        AcpiAddress address;
        address.Address = Holds(offset, 12) ? U64(offset + 4) : 0;
        address.Space = U8(offset);
        address.BitWidth = U8(offset + 1);
        return address;
    }

    private readonly bool Holds(uint offset, uint size) => offset < Length && Length - offset >= size;
}
