using System.CommandLine;
using MicroLake.ImageTool.Naming;

namespace MicroLake.ImageTool.Commands;

internal static class CommonOptions
{
    public static Option<FileInfo?> IlcResponse() => new("--ilc-rsp")
    {
        Description = "The AOT compiler's response file: the assemblies it lists make C# names exact. Without this option, the one *.ilc.rsp beside the input, if any. Its relative paths are taken from the current folder.",
    };

    /// <param name="response">The response file that the user named.</param>
    /// <param name="input">The file whose symbols are to be named.</param>
    public static SymbolNames Names(FileInfo? response, FileInfo input)
    {
        response ??= input.Directory!.GetFiles("*.ilc.rsp") is [FileInfo beside] ? beside : null;
        return new SymbolNames(response is null ? [] : IlcResponseFile.Assemblies(response.FullName, Environment.CurrentDirectory));
    }
}
