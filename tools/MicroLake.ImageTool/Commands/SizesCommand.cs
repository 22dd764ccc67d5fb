using System.CommandLine;
using MicroLake.ImageTool.Elf;
using MicroLake.ImageTool.Sizes;
using static MicroLake.ImageTool.Elf.ElfConstants;

namespace MicroLake.ImageTool.Commands;

/// <summary><c>sizes</c>: what the image takes when loaded. A segment that is writable code and a limit that is exceeded fail the build.</summary>
internal static class SizesCommand
{
    public static Command Create()
    {
        Option<FileInfo> elf = new("--elf") { Required = true, Description = "The linked image." };
        Option<ulong?> limit = new("--max-loaded") { Description = "Fail when the image takes more bytes of memory than this." };
        Option<int> top = new("--top") { Description = "How many of the largest symbols to list.", DefaultValueFactory = _ => 30 };
        Option<bool> quiet = new("--quiet") { Description = "Only check." };
        Command command = new("sizes", "Print where an image's loaded bytes go, and check its segments.") { elf, limit, top, quiet };
        command.SetAction(parsed =>
        {
            TextWriter output = parsed.InvocationConfiguration.Output;
            ElfFile file = ElfFile.Open(parsed.GetRequiredValue(elf).FullName);
            if (!parsed.GetValue(quiet))
                SizeReport.Print(file, output, parsed.GetValue(top));
            if (file.Segments.FirstOrDefault(s => s.Type == PT_LOAD && s.IsWritableCode) is { } segment)
            {
                output.WriteLine($"sizes : error ML1003: the segment at 0x{segment.VirtualAddress:x} ({segment.MemorySize:N0} bytes, {segment.Access}) is writable and executable; the linker script has to part code from data");
                return 1;
            }
            LoadedSize loaded = SizeReport.Loaded(file);
            if (parsed.GetValue(limit) is not { } most || loaded.MemoryBytes <= most)
                return 0;
            output.WriteLine($"sizes : error ML1002: the image takes {loaded.MemoryBytes:N0} bytes of memory when loaded ({loaded.FileBytes:N0} from the file), {most:N0} are allowed");
            return 1;
        });
        return command;
    }
}
