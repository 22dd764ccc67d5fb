using System.Buffers.Binary;
using MicroLake.Policies.Instructions;
using MicroLake.Policies.Maps;

namespace MicroLake.Policies.Objects;

/// <summary>A program of an object: a function in a section that is named for its hook.</summary>
public sealed class ObjectProgram(string section, string name, Bytecode code)
{
    /// <summary>The hook.</summary>
    public string Section => section;

    /// <summary>The function.</summary>
    public string Name => name;

    public Bytecode Code => code;
}

/// <summary>
/// What clang -target bpf makes of a policy: programs by section, maps (the section <c>maps</c>, four words each: kind, bytes of a key, bytes of a
/// value, entries; <c>microlake.h</c> declares them so), and global data, each section of which is an array of one value. Functions that
/// programs call are in <c>.text</c>. Other sections, such as a licence, are ignored.
/// </summary>
public sealed class PolicyObject
{
    private const string MapSection = "maps";
    private const string TextSection = ".text";
    private const int MapBytes = 16;
    private const int RelocationBytes = 16;
    private const uint RelocationWide = 1;
    private const uint RelocationCall = 10;

    private readonly ElfObject _elf;
    private readonly List<MapDefinition> _maps = [];
    private readonly List<ReadOnlyMemory<byte>> _contents = [];
    private readonly Dictionary<int, int> _mapOfSection = [];
    private readonly List<ObjectProgram> _programs = [];
    private int _mapSection = -1;
    private int _textSection = -1;

    private PolicyObject(ElfObject elf) => _elf = elf;

    public IReadOnlyList<ObjectProgram> Programs => _programs;

    /// <summary>In the order of their numbers in the programs.</summary>
    public IReadOnlyList<MapDefinition> Maps => _maps;

    /// <summary>Reads an object; everything in it is checked.</summary>
    /// <exception cref="PolicyFormatException">It is none, or has something that is not supported.</exception>
    public static PolicyObject Read(ReadOnlyMemory<byte> file)
    {
        var policy = new PolicyObject(ElfObject.Read(file));
        policy.FindMaps();
        policy.FindPrograms();
        if (policy._programs.Count == 0)
            throw new PolicyFormatException("the object has no program; put a function into a section that is named for its hook, such as ML_POLICY(\"mm.prefetch\")");
        return policy;
    }

    /// <summary>Makes the object's maps, with its data in those that hold global data.</summary>
    public PolicyMap[] CreateMaps(int processors, nint currentProcessor)
    {
        var maps = new PolicyMap[_maps.Count];
        try
        {
            for (int i = 0; i < maps.Length; i++)
            {
                maps[i] = PolicyMap.Create(_maps[i], processors, currentProcessor);
                if (!_contents[i].IsEmpty)
                    maps[i].TrySet(new byte[sizeof(int)], _contents[i].Span);
            }
        }
        catch
        {
            foreach (PolicyMap? map in maps)
                map?.Dispose();
            throw;
        }

        return maps;
    }

    private void FindMaps()
    {
        for (int i = 0; i < _elf.Sections.Count; i++)
        {
            ElfSection section = _elf.Sections[i];
            if (section.Name == TextSection && section.IsCode)
                _textSection = i;
            if (!section.IsData || section.Bytes == 0)
                continue;
            if (section.Name == MapSection)
                ReadMaps(i);
            else if (section.Name == ".maps")
                throw new PolicyFormatException("maps in the section .maps are described by debug information, which is not read; declare them by ML_MAP of microlake.h");
            else if (IsGlobalData(section.Name))
                AddData(i, section);
        }
    }

    private static bool IsGlobalData(string name) =>
        name.StartsWith(".data", StringComparison.Ordinal) || name.StartsWith(".bss", StringComparison.Ordinal) || name.StartsWith(".rodata", StringComparison.Ordinal);

    private void ReadMaps(int index)
    {
        ElfSection section = _elf.Sections[index];
        if (_mapSection >= 0 || section.Data.Length % MapBytes != 0)
            throw new PolicyFormatException($"the section '{MapSection}' is not made of maps of {MapBytes} bytes; declare them by ML_MAP of microlake.h");
        // Numbers of maps are their places in the section, so they come first.
        if (_maps.Count > 0)
        {
            _maps.Clear();
            _contents.Clear();
            _mapOfSection.Clear();
        }

        _mapSection = index;
        ReadOnlySpan<byte> data = section.Data.Span;
        for (int at = 0; at < data.Length; at += MapBytes)
        {
            var definition = new MapDefinition(NameOf(index, at), (MapKind)I32(data, at), I32(data, at + 4), I32(data, at + 8), I32(data, at + 12));
            definition.Check();
            _maps.Add(definition);
            _contents.Add(default);
        }

        for (int i = 0; i < index; i++)
            if (_elf.Sections[i] is { IsData: true, Bytes: > 0 } earlier && IsGlobalData(earlier.Name))
                AddData(i, earlier);
    }

    private void AddData(int index, ElfSection section)
    {
        var definition = new MapDefinition(section.Name, MapKind.Array, sizeof(int), section.Bytes, 1, section.Name.StartsWith(".rodata", StringComparison.Ordinal));
        definition.Check();
        _mapOfSection[index] = _maps.Count;
        _maps.Add(definition);
        _contents.Add(section.Data);
    }

    private string NameOf(int section, int offset)
    {
        foreach (ElfSymbol symbol in _elf.Symbols)
            if (symbol.Section == section && symbol.Value == (ulong)offset && symbol.Type != ElfSymbol.TypeSection)
                return symbol.Name;
        return $"{MapSection}+{offset}";
    }

    private void FindPrograms()
    {
        foreach (ElfSymbol symbol in _elf.Symbols)
        {
            if (symbol.Type != ElfSymbol.TypeFunction || symbol.Section == 0 || symbol.Section == _textSection)
                continue;
            ElfSection section = _elf.Sections[symbol.Section];
            if (!section.IsCode)
                continue;
            if (symbol.Value % Instruction.Bytes != 0 || symbol.Value > (ulong)section.Data.Length || symbol.Size > (ulong)section.Data.Length - symbol.Value)
                throw new PolicyFormatException($"function '{symbol.Name}' does not lie in its section; the object is damaged");
            try
            {
                _programs.Add(new ObjectProgram(section.Name, symbol.Name, Assemble(symbol)));
            }
            catch (PolicyFormatException e)
            {
                throw new PolicyFormatException($"program '{symbol.Name}' in section '{section.Name}': {e.Message}");
            }
        }
    }

    /// <summary>The function's instructions with what they refer to, and behind them <c>.text</c> if anything there is called.</summary>
    private Bytecode Assemble(ElfSymbol function)
    {
        ElfSection section = _elf.Sections[function.Section];
        int start = (int)function.Value;
        Instruction[] own = Instruction.Read(section.Data.Span.Slice(start, (int)function.Size));
        bool callsText = Relocate(own, function.Section, start, own.Length);
        if (!callsText)
            return Bytecode.Check(own);
        Instruction[] text = Instruction.Read(_elf.Sections[_textSection].Data.Span);
        Relocate(text, _textSection, 0, 0);
        return Bytecode.Check([.. own, .. text]);
    }

    /// <summary>Applies the relocations of a section to a piece of its code. Returns whether it calls <c>.text</c>.</summary>
    /// <param name="code">The piece.</param>
    /// <param name="section">Where it is from.</param>
    /// <param name="start">Where in the section it starts.</param>
    /// <param name="textSlot">Where in the program <c>.text</c> starts, counted from the piece.</param>
    private bool Relocate(Span<Instruction> code, int section, int start, int textSlot)
    {
        bool callsText = false;
        foreach (ElfSection table in _elf.Sections)
        {
            if (table.Type != ElfSection.TypeRelocations || table.Info != (uint)section)
                continue;
            ReadOnlySpan<byte> entries = table.Data.Span;
            if (entries.Length % RelocationBytes != 0)
                throw new PolicyFormatException($"the relocations in '{table.Name}' are damaged");
            for (int at = 0; at < entries.Length; at += RelocationBytes)
            {
                ulong place = BinaryPrimitives.ReadUInt64LittleEndian(entries[at..]);
                if (place < (ulong)start || place >= (ulong)(start + code.Length * Instruction.Bytes))
                    continue;
                uint type = BinaryPrimitives.ReadUInt32LittleEndian(entries[(at + 8)..]), number = BinaryPrimitives.ReadUInt32LittleEndian(entries[(at + 12)..]);
                if (place % Instruction.Bytes != 0 || number >= (uint)_elf.Symbols.Count)
                    throw new PolicyFormatException($"the relocations in '{table.Name}' are damaged");
                int slot = (int)(place - (ulong)start) / Instruction.Bytes;
                ElfSymbol symbol = _elf.Symbols[(int)number];
                if (symbol.Section == 0)
                    throw new PolicyFormatException($"instruction {slot}: '{symbol.Name}' is not defined in the object; helpers are called by number, as microlake.h declares them");
                if (type == RelocationWide)
                    ReferToData(code, slot, symbol);
                else if (type == RelocationCall)
                    callsText |= ReferToFunction(code, slot, section, start, textSlot, symbol);
                else
                    throw new PolicyFormatException($"instruction {slot}: relocations of type {type} are not supported");
            }
        }

        return callsText;
    }

    private void ReferToData(Span<Instruction> code, int slot, ElfSymbol symbol)
    {
        Instruction first = code[slot];
        if (!first.IsWideLoad || slot + 1 == code.Length)
            throw new PolicyFormatException($"instruction {slot}: '{symbol.Name}' is referred to by an instruction that holds no address");
        if (symbol.Section == _mapSection)
        {
            if (first.Immediate != 0 || symbol.Value % MapBytes != 0 || symbol.Value / MapBytes >= (ulong)_maps.Count)
                throw new PolicyFormatException($"instruction {slot}: it refers into the middle of map '{symbol.Name}'");
            code[slot] = new(first.Opcode, first.Destination, Opcode.WideMap, 0, (int)(symbol.Value / MapBytes));
            code[slot + 1] = new(0);
            return;
        }

        if (!_mapOfSection.TryGetValue(symbol.Section, out int map))
            throw new PolicyFormatException($"instruction {slot}: '{symbol.Name}' is in section '{_elf.Sections[symbol.Section].Name}', whose address cannot be taken");
        code[slot] = new(first.Opcode, first.Destination, Opcode.WideMapValue, 0, map);
        code[slot + 1] = new(0, 0, 0, 0, (int)((uint)symbol.Value + (uint)first.Immediate));
    }

    private bool ReferToFunction(Span<Instruction> code, int slot, int section, int start, int textSlot, ElfSymbol symbol)
    {
        Instruction call = code[slot];
        if (!call.IsLocalCall)
            throw new PolicyFormatException($"instruction {slot}: '{symbol.Name}' is called by an instruction that is no call");
        // The immediate is the distance in the object from the symbol's start, in slots, less one.
        long target = (long)(symbol.Value / Instruction.Bytes) + call.Immediate + 1;
        bool isText = symbol.Section == _textSection && section != _textSection;
        if (!isText && symbol.Section != section)
            throw new PolicyFormatException($"instruction {slot}: '{symbol.Name}' is another program; put functions that programs share into no section of their own");
        long distance = isText ? textSlot + target - slot - 1 : target - start / Instruction.Bytes - slot - 1;
        if (distance != (int)distance)
            throw new PolicyFormatException($"instruction {slot}: '{symbol.Name}' is too far away");
        code[slot] = new(call.Opcode, 0, Opcode.CallLocal, 0, (int)distance);
        return isText;
    }

    private static int I32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]);
}
