using System.CommandLine;
using MicroLake.Tool.Host;
using MicroLake.Tool.Workspace;

namespace MicroLake.Tool.Verbs;

/// <summary><c>bench</c>: builds tests/Bench and hands everything to it.</summary>
internal static class BenchVerb
{
    /// <param name="args">The tool's own arguments: what follows the verb goes on in its order.</param>
    public static Command Create(string[] args)
    {
        Argument<string[]> rest = new("ARGS") { Description = "[NAME] [--json FILE] [--icount] [--no-peer] [--list]" };
        Command command = new("bench", "Measure in the guest and on the host, beside the peers") { rest };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(_ =>
        {
            PackageInstaller.Ensure([.. DebianPackage.ForBuild, .. DebianPackage.ForRun]);
            TestProject bench = new("tests/Bench/MicroLake.Bench.csproj");
            bench.Build();
            return ChildProcess.Run(bench.Executable, args.SkipWhile(a => a != command.Name).Skip(1));
        });
        return command;
    }
}
