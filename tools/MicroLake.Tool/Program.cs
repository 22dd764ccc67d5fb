using System.CommandLine;
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
    BenchVerb.Create(),
    DebugVerb.Create(),
    FormatVerb.Create(),
    LintVerb.Create(),
};

try
{
    // Bundling would read an argument meant for QEMU, such as -hda, as several short options of this tool.
    return root.Parse(args, new ParserConfiguration { EnablePosixBundling = false })
        .Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (ToolException failure)
{
    Terminal.Error(failure.Message);
    return failure.ExitCode;
}
