using System.CommandLine;
using MicroLake.ImageTool.Elf;
using MicroLake.ImageTool.Sizes;

namespace MicroLake.ImageTool.Commands;

/// <summary><c>sizes</c>: what the image takes when loaded, and a limit that fails the build.</summary>
internal static class SizesCommand
{
    public static Command Create()
    {
        Option<FileInfo> elf = new("--elf") { Required = true, Description = "The linked image." };
        Option<ulong?> limit = new("--max-loaded") { Description = "Fail when the image takes more bytes of memory than this." };
        Option<int> top = new("--top") { Description = "How many of the largest symbols to list.", DefaultValueFactory = _ => 30 };
        Option<bool> quiet = new("--quiet") { Description = "Only check the limit." };
        Command command = new("sizes", "Print where an image's loaded bytes go.") { elf, limit, top, quiet };
        command.SetAction(parsed =>
        {
            TextWriter output = parsed.InvocationConfiguration.Output;
            ElfFile file = ElfFile.Open(parsed.GetRequiredValue(elf).FullName);
            if (!parsed.GetValue(quiet))
                SizeReport.Print(file, output, parsed.GetValue(top));
            LoadedSize loaded = SizeReport.Loaded(file);
            if (parsed.GetValue(limit) is not { } most || loaded.MemoryBytes <= most)
                return 0;
            output.WriteLine($"sizes : error ML1002: the image takes {loaded.MemoryBytes:N0} bytes of memory when loaded ({loaded.FileBytes:N0} from the file), {most:N0} are allowed");
            return 1;
        });
        return command;
    }
}
