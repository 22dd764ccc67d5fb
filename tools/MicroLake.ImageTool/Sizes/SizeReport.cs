using MicroLake.ImageTool.Elf;
using static MicroLake.ImageTool.Elf.ElfConstants;

namespace MicroLake.ImageTool.Sizes;

/// <summary>What an image takes when it is loaded, in bytes.</summary>
/// <param name="FileBytes">Bytes copied from the file.</param>
/// <param name="MemoryBytes">The same with the zero-filled rest.</param>
public readonly record struct LoadedSize(ulong FileBytes, ulong MemoryBytes);

/// <summary>Where an image's loaded bytes go: by segment, by section, by assembly or library, by symbol.</summary>
public static class SizeReport
{
    public static LoadedSize Loaded(ElfFile elf)
    {
        ElfSegment[] loads = [.. elf.Segments.Where(s => s.Type == PT_LOAD)];
        return new LoadedSize((ulong)loads.Sum(s => (long)s.FileSize), (ulong)loads.Sum(s => (long)s.MemorySize));
    }

    public static void Print(ElfFile elf, TextWriter output, int top)
    {
        output.WriteLine($"{"segment",-28} {"address",18} {"file",12} {"memory",12}");
        foreach (ElfSegment s in elf.Segments.Where(s => s.Type == PT_LOAD))
            output.WriteLine($"{"LOAD " + s.Access,-28} {s.VirtualAddress,18:x} {s.FileSize,12:N0} {s.MemorySize,12:N0}");
        LoadedSize loaded = Loaded(elf);
        output.WriteLine($"{"loaded",-28} {"",18} {loaded.FileBytes,12:N0} {loaded.MemoryBytes,12:N0}");

        output.WriteLine($"\n{"section",-28} {"address",18} {"bytes",12}");
        foreach (ElfSection s in elf.Sections.Where(s => s.IsLoaded && s.Size > 0).OrderByDescending(s => s.Size))
            output.WriteLine($"{s.Name,-28} {s.Address,18:x} {s.Size,12:N0}");

        ElfSymbol[] symbols = [.. elf.Symbols.Where(s => s.IsDefined && s.Size > 0 && elf.Sections[s.SectionIndex].IsLoaded).DistinctBy(s => s.Value)];
        if (symbols.Length == 0)
            return;
        output.WriteLine($"\n{"largest symbols",-100} {"bytes",12}");
        foreach (ElfSymbol s in symbols.OrderByDescending(s => s.Size).ThenBy(s => s.Value).Take(top))
            output.WriteLine($"{(s.Name.Length > 100 ? s.Name[..97] + "..." : s.Name),-100} {s.Size,12:N0}");
    }
}
