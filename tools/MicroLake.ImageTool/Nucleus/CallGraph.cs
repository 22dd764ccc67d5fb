using Iced.Intel;
using MicroLake.ImageTool.Elf;
using static MicroLake.ImageTool.Elf.ElfConstants;

namespace MicroLake.ImageTool.Nucleus;

/// <summary>
/// Who refers to whom in a relocatable object. References between sections are relocations; those within one section
/// the compiler has already resolved, so each function is disassembled and its direct branches and RIP-relative
/// operands are followed. Taking a function's address counts as reaching it. A call through a register has no target
/// here: whoever took the address is held to account for it. One through a method table is reported as such.
/// </summary>
public sealed class CallGraph
{
    private readonly ElfFile _elf;
    private readonly Dictionary<int, ElfRelocation[]> _relocations = [];
    private readonly Dictionary<int, CodeFunction[]> _functionsBySection = [];
    private readonly Dictionary<CodeFunction, IReadOnlyList<CodeReference>> _references = [];

    /// <exception cref="ElfException">The file is not a relocatable object with symbols.</exception>
    public CallGraph(ElfFile elf)
    {
        if (elf.Type != ET_REL)
            throw new ElfException("is not a relocatable object: check the compiler's object, not the linked image");
        if (elf.Symbols.Count == 0)
            throw new ElfException("has no symbols to check");
        _elf = elf;
        foreach (ElfSection section in elf.Sections.Where(s => s.IsExecutable))
        {
            _functionsBySection[section.Index] = FunctionsOf(section);
            _relocations[section.Index] = elf.RelocationsOf(section);
        }
        Functions = [.. _functionsBySection.Values.SelectMany(f => f)];
    }

    public IReadOnlyList<CodeFunction> Functions { get; }

    /// <summary>What the function refers to, each target once; <paramref name="decodable"/> is false when a byte of it is no instruction.</summary>
    public IReadOnlyList<CodeReference> ReferencesOf(CodeFunction function, out bool decodable)
    {
        decodable = true;
        if (_references.TryGetValue(function, out IReadOnlyList<CodeReference>? known))
            return known;

        List<Instruction> code = Decode(function, out decodable);
        HashSet<ulong> targets = [.. code.Select(JumpTarget).OfType<ulong>()];
        var found = new HashSet<CodeReference>();
        ElfRelocation[] relocations = _relocations[function.Section.Index];
        int next = LowerBound(relocations, function.Start);
        for (int i = 0; i < code.Count; i++)
        {
            Instruction instruction = code[i];
            bool relocated = false;
            if (VirtualDispatch.IsCall(code, i))
                found.Add(new CodeReference(null, CodeReference.VirtualCall));
            for (; next < relocations.Length && relocations[next].Offset < instruction.NextIP; next++)
            {
                relocated = true;
                if (Resolve(relocations[next], instruction.NextIP - relocations[next].Offset) is { } reference)
                    Add(reference, i);
            }
            if (!relocated && (JumpTarget(instruction) ?? DataTarget(instruction)) is { } target && FindFunction(function.Section, target) is { } callee)
                Add(new CodeReference(callee, callee.Name), i);
        }

        CodeReference[] references = [.. found];
        if (decodable)
            _references[function] = references;
        return references;

        void Add(CodeReference reference, int at)
        {
            if (reference.Function == function)
                return;
            if (reference.Function is not null && code[at].Mnemonic == Mnemonic.Call && BlockHelper.LengthRegister(reference.Function) is var length and not Register.None
                && BlockHelper.HasSafeLength(code, at, length, targets))
                return;
            found.Add(reference);
        }
    }

    private List<Instruction> Decode(CodeFunction function, out bool decodable)
    {
        ReadOnlyMemory<byte> bytes = _elf.Content(function.Section).Slice((int)function.Start, (int)(function.End - function.Start));
        var decoder = Decoder.Create(64, new ByteArrayCodeReader(bytes.ToArray()), function.Start);
        var code = new List<Instruction>();
        while (decoder.IP < function.End)
        {
            code.Add(decoder.Decode());
            if (code[^1].IsInvalid)
                break;
        }
        decodable = code.Count == 0 || !code[^1].IsInvalid;
        return code;
    }

    private static ulong? JumpTarget(Instruction instruction) =>
        instruction.IsJccShortOrNear || instruction.IsJmpShortOrNear || instruction.IsCallNear ? instruction.NearBranchTarget : null;

    private static ulong? DataTarget(Instruction instruction) => instruction.IsIPRelativeMemoryOperand ? instruction.IPRelativeMemoryAddress : null;

    /// <param name="relocation">The relocation.</param>
    /// <param name="toEnd">Bytes from the relocated field to the end of its instruction, from where x86-64 counts.</param>
    private CodeReference? Resolve(in ElfRelocation relocation, ulong toEnd)
    {
        ElfSymbol symbol = _elf.Symbols[relocation.Symbol];
        if (!symbol.IsDefined)
            return symbol.Name.Length == 0 ? null : new CodeReference(null, symbol.Name);
        ElfSection section = _elf.Sections[symbol.SectionIndex];
        if (!section.IsExecutable)
            return new CodeReference(null, symbol.Name);
        ulong target = symbol.Type == STT_SECTION ? symbol.Value + (ulong)relocation.Addend + toEnd : symbol.Value;
        return FindFunction(section, target) is { } function ? new CodeReference(function, function.Name) : new CodeReference(null, symbol.Name);
    }

    private CodeFunction? FindFunction(ElfSection section, ulong address)
    {
        CodeFunction[] functions = _functionsBySection[section.Index];
        int low = 0, high = functions.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (address < functions[middle].Start)
                high = middle - 1;
            else if (address >= functions[middle].End)
                low = middle + 1;
            else
                return functions[middle];
        }
        return null;
    }

    private CodeFunction[] FunctionsOf(ElfSection section)
    {
        var starts = _elf.Symbols
            .Where(s => s.SectionIndex == section.Index && s.Type is STT_FUNC or STT_NOTYPE && s.Name.Length != 0 && s.Value < section.Size)
            .GroupBy(s => s.Value)
            .OrderBy(g => g.Key)
            .ToArray();
        var functions = new CodeFunction[starts.Length];
        for (int i = 0; i < starts.Length; i++)
        {
            ulong limit = i + 1 < starts.Length ? starts[i + 1].Key : section.Size;
            ulong size = starts[i].Max(s => s.Size);
            ulong end = size == 0 ? limit : starts[i].Key + Math.Min(size, limit - starts[i].Key);
            functions[i] = new CodeFunction(section, starts[i].Key, end, [.. starts[i].Select(s => s.Name).Distinct()]);
        }
        return functions;
    }

    private static int LowerBound(ElfRelocation[] relocations, ulong offset)
    {
        int low = 0, high = relocations.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (relocations[middle].Offset < offset)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
