using System.CommandLine;
using MicroLake.Tool.Host;
using MicroLake.Tool.Testing;
using MicroLake.Tool.Workspace;

namespace MicroLake.Tool.Verbs;

/// <summary><c>test</c>: all tests, host and QEMU; the last line sums them up.</summary>
internal static class TestVerb
{
    private const int DefaultSoakMinutes = 10;
    private const int MaxSoakMinutes = 24 * 60;

    public static Command Create()
    {
        Option<string?> filter = new("--filter") { Description = "Only tests whose full name contains this", HelpName = "X" };
        Option<int?> soak = new("--soak")
        {
            Description = $"Run the great counts in full, and the long stress for so many minutes ({DefaultSoakMinutes})",
            HelpName = "MINUTES",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Command command = new("test", "Run all tests; the last line is: N passed, N failed, N skipped") { filter, soak };
        soak.Validators.Add(result =>
        {
            if (result.Tokens is [var token, ..] && (!int.TryParse(token.Value, out int minutes) || minutes is < 1 or > MaxSoakMinutes))
                result.AddError($"--soak {token.Value}: a number of minutes from 1 to {MaxSoakMinutes} is needed");
        });
        command.SetAction(options =>
        {
            PackageInstaller.Ensure(
                [.. DebianPackage.ForBuild, .. DebianPackage.ForRun, .. DebianPackage.ForIso, .. DebianPackage.ForDisk, .. DebianPackage.ForModules, .. DebianPackage.ForDebug, .. DebianPackage.ForTest]);
            TestCounts total = RunAll([.. TestRun.For(options.GetValue(filter))], options.GetResult(soak) is null ? null : options.GetValue(soak) ?? DefaultSoakMinutes);
            Console.Out.Flush();
            Console.WriteLine(total);
            return total is { Failed: 0, Passed: > 0 } ? ExitCode.Success : ExitCode.Failure;
        });
        return command;
    }

    /// <summary>A project that does not build counts as one failed test, and the others still run.</summary>
    private static TestCounts RunAll(TestRun[] runs, int? soakMinutes)
    {
        TestCounts total = default;
        HashSet<TestProject> broken = [];
        foreach (TestProject project in runs.Select(r => r.Project).Distinct())
        {
            try
            {
                project.Build();
            }
            catch (ToolException failure)
            {
                Terminal.Error(failure.Message);
                broken.Add(project);
                total += new TestCounts(0, 1, 0);
            }
        }
        foreach (TestRun run in runs.Where(r => !broken.Contains(r.Project)))
        {
            TestCounts counts = run.Execute(soakMinutes);
            Terminal.Note($"{run.Title}: {counts}");
            total += counts;
        }
        return total;
    }
}
