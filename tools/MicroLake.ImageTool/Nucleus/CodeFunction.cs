using MicroLake.ImageTool.Elf;

namespace MicroLake.ImageTool.Nucleus;

/// <summary>A function of a relocatable object: all names it goes by and the bytes [Start, End) of its section.</summary>
public sealed class CodeFunction(ElfSection section, ulong start, ulong end, IReadOnlyList<string> names)
{
    public ElfSection Section { get; } = section;

    public ulong Start { get; } = start;

    public ulong End { get; } = end;

    public IReadOnlyList<string> Names { get; } = names;

    /// <summary>The compiler's name rather than the symbol it is exported under: the longest one.</summary>
    public string Name { get; } = names.MaxBy(n => n.Length)!;
}
