using System.CommandLine;
using MicroLake.ImageTool.Commands;
using MicroLake.ImageTool.Elf;

RootCommand root = new("Checks and tables for MicroLake's kernel image, called by its build.")
{
    SymbolsCommand.Create(),
    CheckNucleusCommand.Create(),
    SizesCommand.Create(),
    SymbolizeCommand.Create(),
};
try
{
    return root.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception e) when (e is ElfException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"MicroLake.ImageTool : error ML1000: {e.Message}");
    return 2;
}
