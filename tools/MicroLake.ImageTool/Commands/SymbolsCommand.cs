using System.CommandLine;
using MicroLake.ImageTool.Elf;
using MicroLake.ImageTool.Naming;
using MicroLake.ImageTool.Symbols;

namespace MicroLake.ImageTool.Commands;

/// <summary><c>symbols</c>: writes the function table that the kernel's backtraces read.</summary>
internal static class SymbolsCommand
{
    public static Command Create()
    {
        Option<FileInfo> elf = new("--elf") { Required = true, Description = "The linked image, with symbols." };
        Option<FileInfo> output = new("--out") { Required = true, Description = "Where the table goes." };
        Option<string[]> prefixes = new("--nucleus-prefix") { Description = "Symbols that begin so are nucleus or platform code; may be repeated." };
        Option<string[]> managed = new("--managed-prefix") { Description = "Symbols that begin so are managed code all the same; may be repeated." };
        Option<FileInfo?> response = CommonOptions.IlcResponse();
        Command command = new("symbols", "Write the function table of a linked image.") { elf, output, prefixes, managed, response };
        command.SetAction(parsed =>
        {
            ElfFile file = ElfFile.Open(parsed.GetRequiredValue(elf).FullName);
            using SymbolNames names = CommonOptions.Names(parsed.GetValue(response), parsed.GetRequiredValue(elf));
            FunctionSymbol[] functions = FunctionTable.Build(file, names, parsed.GetValue(prefixes) ?? [], parsed.GetValue(managed) ?? []);
            byte[] blob = SymbolBlob.Write(functions);
            File.WriteAllBytes(parsed.GetRequiredValue(output).FullName, blob);
            parsed.InvocationConfiguration.Output.WriteLine($"{functions.Length} functions, {blob.Length} bytes");
            return 0;
        });
        return command;
    }
}
