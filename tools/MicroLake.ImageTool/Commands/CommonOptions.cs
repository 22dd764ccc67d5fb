using System.CommandLine;
using MicroLake.ImageTool.Naming;

namespace MicroLake.ImageTool.Commands;

internal static class CommonOptions
{
    public static Option<FileInfo?> IlcResponse() => new("--ilc-rsp")
    {
        Description = "The AOT compiler's response file: the assemblies it lists make C# names exact. Its relative paths are taken from the current folder.",
    };

    public static SymbolNames Names(FileInfo? response) =>
        new(response is null ? [] : IlcResponseFile.Assemblies(response.FullName, Environment.CurrentDirectory));
}
