using System.Buffers.Binary;

namespace MicroLake.HostTests.Services;

/// <summary>Makes small program files: headers, then each segment's bytes at a page of their own.</summary>
internal sealed class ElfBuilder
{
    public const uint Read = 4, Write = 2, Execute = 1;
    private const int PageBytes = 4096;

    private readonly List<(uint Type, uint Flags, ulong Address, byte[] Data, ulong MemoryBytes)> _parts = [];

    public ushort Type { get; set; } = 3;

    public ulong Entry { get; set; } = 0x1000;

    /// <summary>A program of code and writable data, whose first word is relocated to point at the entry.</summary>
    public static ElfBuilder Small()
    {
        byte[] data = new byte[256];
        // DT_RELA, DT_RELASZ, DT_RELAENT, DT_NULL; then one R_X86_64_RELATIVE.
        ulong[] words = [0, 0, 7, 0x2050, 8, 24, 9, 24, 0, 0, 0x2000, 8, 0x1000];
        for (int i = 0; i < words.Length; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(i * 8), words[i]);
        return new ElfBuilder()
            .Load(Read | Execute, 0x1000, [0x0f, 0x05, 0xc3, 0x90])
            .Load(Read | Write, 0x2000, data, 0x3000)
            .Add(2, Read, 0x2010, new byte[64], 64);
    }

    public ElfBuilder Load(uint flags, ulong address, byte[] data, ulong memoryBytes = 0) =>
        Add(1, flags, address, data, memoryBytes == 0 ? (ulong)data.Length : memoryBytes);

    public ElfBuilder Add(uint type, uint flags, ulong address, byte[] data, ulong memoryBytes)
    {
        _parts.Add((type, flags, address, data, memoryBytes));
        return this;
    }

    public byte[] Build()
    {
        var file = new byte[PageBytes * (_parts.Count + 1)];
        "\u007fELF"u8.CopyTo(file);
        file[4] = 2;
        file[5] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(16), Type);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(18), 62);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(24), Entry);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(32), 64);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(54), 56);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(56), (ushort)_parts.Count);
        for (int i = 0; i < _parts.Count; i++)
        {
            (uint type, uint flags, ulong address, byte[] data, ulong memoryBytes) = _parts[i];
            Span<byte> header = file.AsSpan(64 + i * 56);
            BinaryPrimitives.WriteUInt32LittleEndian(header, type);
            BinaryPrimitives.WriteUInt32LittleEndian(header[4..], flags);
            BinaryPrimitives.WriteUInt64LittleEndian(header[8..], (ulong)(PageBytes * (i + 1)));
            BinaryPrimitives.WriteUInt64LittleEndian(header[16..], address);
            BinaryPrimitives.WriteUInt64LittleEndian(header[32..], (ulong)data.Length);
            BinaryPrimitives.WriteUInt64LittleEndian(header[40..], memoryBytes);
            data.CopyTo(file.AsSpan(PageBytes * (i + 1)));
        }

        return file;
    }
}
