using System.CommandLine;
using MicroLake.Tool.Host;
using MicroLake.Tool.Testing;
using MicroLake.Tool.Workspace;

namespace MicroLake.Tool.Verbs;

/// <summary><c>test</c>: all tests, host and QEMU; the last line sums them up.</summary>
internal static class TestVerb
{
    public static Command Create()
    {
        Option<string?> filter = new("--filter") { Description = "Only tests whose full name contains this", HelpName = "X" };
        Option<bool> soak = new("--soak") { Description = "Run the great counts in full" };
        Command command = new("test", "Run all tests; the last line is: N passed, N failed, N skipped") { filter, soak };
        command.SetAction(options =>
        {
            PackageInstaller.Ensure(
                [.. DebianPackage.ForBuild, .. DebianPackage.ForRun, .. DebianPackage.ForIso, .. DebianPackage.ForDisk, .. DebianPackage.ForDebug, .. DebianPackage.ForTest]);
            TestCounts total = RunAll([.. TestRun.For(options.GetValue(filter))], options.GetValue(soak));
            Console.Out.Flush();
            Console.WriteLine(total);
            return total is { Failed: 0, Passed: > 0 } ? ExitCode.Success : ExitCode.Failure;
        });
        return command;
    }

    /// <summary>A project that does not build counts as one failed test, and the others still run.</summary>
    private static TestCounts RunAll(TestRun[] runs, bool soak)
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
            TestCounts counts = run.Execute(soak);
            Terminal.Note($"{run.Title}: {counts}");
            total += counts;
        }
        return total;
    }
}
