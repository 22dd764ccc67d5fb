using System.Buffers.Binary;
using System.Text;
using static MicroLake.ImageTool.Elf.ElfConstants;

namespace MicroLake.HostTests.ImageTool;

/// <summary>Writes a small relocatable ELF-64 object with one executable section, for tests that need exact bytes.</summary>
internal sealed class ElfBuilder
{
    private readonly MemoryStream _code = new();
    private readonly List<(string Name, ulong Value, ulong Size, bool Defined)> _symbols = [("", 0, 0, false)];
    private readonly List<(ulong Offset, string Symbol, long Addend)> _relocations = [];
    private readonly List<(int At, string Symbol)> _calls = [];
    private readonly List<(uint Flags, ulong MemorySize)> _segments = [];

    /// <summary>Adds a function that calls the others in order and returns; calls to functions of this object are resolved, the rest relocated.</summary>
    public ElfBuilder Function(string name, params string[] calls)
    {
        ulong start = (ulong)_code.Position;
        foreach (string callee in calls)
        {
            _code.WriteByte(0xe8);
            _calls.Add(((int)_code.Position, callee));
            _code.Write(new byte[4]);
        }
        _code.WriteByte(0xc3);
        _symbols.Add((name, start, (ulong)_code.Position - start, true));
        return this;
    }

    /// <summary>Adds a function of raw machine code.</summary>
    public ElfBuilder Raw(string name, ReadOnlySpan<byte> code)
    {
        _symbols.Add((name, (ulong)_code.Position, (ulong)code.Length, true));
        _code.Write(code);
        return this;
    }

    /// <summary>Adds a program header for that many bytes of zero-filled memory.</summary>
    public ElfBuilder Segment(uint flags, ulong memorySize)
    {
        _segments.Add((flags, memorySize));
        return this;
    }

    public byte[] Build(ushort type = ET_REL)
    {
        byte[] code = _code.ToArray();
        foreach ((int at, string symbol) in _calls)
        {
            int index = _symbols.FindIndex(s => s.Name == symbol);
            if (index > 0 && _symbols[index].Defined)
            {
                BinaryPrimitives.WriteInt32LittleEndian(code.AsSpan(at), (int)_symbols[index].Value - (at + 4));
                continue;
            }
            if (index < 0)
                _symbols.Add((symbol, 0, 0, false));
            _relocations.Add(((ulong)at, symbol, -4));
        }
        return Layout(type, code);
    }

    private byte[] Layout(ushort type, byte[] code)
    {
        const int Header = 64;
        var names = new MemoryStream();
        names.WriteByte(0);
        byte[] symbols = new byte[_symbols.Count * 24];
        for (int i = 1; i < _symbols.Count; i++)
        {
            Span<byte> s = symbols.AsSpan(i * 24, 24);
            BinaryPrimitives.WriteUInt32LittleEndian(s, (uint)names.Position);
            names.Write(Encoding.UTF8.GetBytes(_symbols[i].Name));
            names.WriteByte(0);
            s[4] = (byte)(0x10 | (_symbols[i].Defined ? STT_FUNC : STT_NOTYPE));
            BinaryPrimitives.WriteUInt16LittleEndian(s[6..], (ushort)(_symbols[i].Defined ? 1 : SHN_UNDEF));
            BinaryPrimitives.WriteUInt64LittleEndian(s[8..], _symbols[i].Value);
            BinaryPrimitives.WriteUInt64LittleEndian(s[16..], _symbols[i].Size);
        }
        byte[] relocations = new byte[_relocations.Count * 24];
        for (int i = 0; i < _relocations.Count; i++)
        {
            Span<byte> r = relocations.AsSpan(i * 24, 24);
            BinaryPrimitives.WriteUInt64LittleEndian(r, _relocations[i].Offset);
            BinaryPrimitives.WriteUInt64LittleEndian(r[8..], ((ulong)_symbols.FindIndex(s => s.Name == _relocations[i].Symbol) << 32) | 4);
            BinaryPrimitives.WriteInt64LittleEndian(r[16..], _relocations[i].Addend);
        }
        byte[][] contents = [[], code, relocations, symbols, names.ToArray()];
        int offset = Header;
        var file = new MemoryStream();
        file.Write(new byte[Header]);
        byte[] headers = new byte[contents.Length * 64];
        (uint Type, ulong Flags, uint Link, uint Info)[] kinds =
            [(0, 0, 0, 0), (1, SHF_ALLOC | SHF_EXECINSTR, 0, 0), (SHT_RELA, 0, 3, 1), (SHT_SYMTAB, 0, 4, 1), (3, 0, 0, 0)];
        for (int i = 0; i < contents.Length; i++)
        {
            Span<byte> h = headers.AsSpan(i * 64, 64);
            BinaryPrimitives.WriteUInt32LittleEndian(h[4..], kinds[i].Type);
            BinaryPrimitives.WriteUInt64LittleEndian(h[8..], kinds[i].Flags);
            BinaryPrimitives.WriteUInt64LittleEndian(h[24..], (ulong)offset);
            BinaryPrimitives.WriteUInt64LittleEndian(h[32..], (ulong)contents[i].Length);
            BinaryPrimitives.WriteUInt32LittleEndian(h[40..], kinds[i].Link);
            BinaryPrimitives.WriteUInt32LittleEndian(h[44..], kinds[i].Info);
            file.Write(contents[i]);
            offset += contents[i].Length;
        }
        file.Write(headers);
        byte[] segments = new byte[_segments.Count * 56];
        for (int i = 0; i < _segments.Count; i++)
        {
            Span<byte> s = segments.AsSpan(i * 56, 56);
            BinaryPrimitives.WriteUInt32LittleEndian(s, PT_LOAD);
            BinaryPrimitives.WriteUInt32LittleEndian(s[4..], _segments[i].Flags);
            BinaryPrimitives.WriteUInt64LittleEndian(s[40..], _segments[i].MemorySize);
        }
        ulong segmentOffset = (ulong)file.Position;
        file.Write(segments);
        byte[] bytes = file.ToArray();
        "\u007fELF"u8.CopyTo(bytes);
        (bytes[4], bytes[5], bytes[6]) = (2, 1, 1);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(16), type);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(18), EM_X86_64);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(32), segmentOffset);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(40), (ulong)offset);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(54), 56);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(56), (ushort)_segments.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(58), 64);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(60), (ushort)contents.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(62), (ushort)(contents.Length - 1));
        return bytes;
    }
}
