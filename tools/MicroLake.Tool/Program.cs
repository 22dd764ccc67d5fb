using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using MicroLake.Tool;
using MicroLake.Tool.Host;
using MicroLake.Tool.Verbs;

RootCommand root = new("MicroLake: build, boot, test and measure. Start with: ./build.sh run")
{
    SetupVerb.Create(),
    BuildVerb.Create(),
    IsoVerb.Create(),
    RunVerb.Create(),
    TestVerb.Create(),
    BenchVerb.Create(args),
    ModuleVerb.Create(),
    ModelToolVerbs.CreateReplay(args),
    ModelToolVerbs.CreateTrain(args),
    DebugVerb.Create(),
    DiskVerb.Create(),
    FormatVerb.Create(),
    LintVerb.Create(),
};

try
{
    // Bundling would read an argument meant for QEMU, such as -hda, as several short options of this tool.
    ParseResult options = root.Parse(args, new ParserConfiguration { EnablePosixBundling = false });
    if (args.Length > 0 && options is { Errors.Count: > 0, Action: not HelpAction })
    {
        foreach (ParseError error in options.Errors.DistinctBy(e => e.Message))
            Terminal.Error(error.Message);
        string verbs = "";
        for (SymbolResult? result = options.CommandResult; result is CommandResult command && command.Command != root; result = result.Parent)
            verbs = $" {command.Command.Name}{verbs}";
        Terminal.Note($"see: ./build.sh{verbs} --help");
        return ExitCode.Failure;
    }
    return options.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (ToolException failure)
{
    Terminal.Error(failure.Message);
    return failure.ExitCode;
}
catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
{
    // A file or folder that a user named; the message names it.
    Terminal.Error(failure.Message);
    return ExitCode.Failure;
}
