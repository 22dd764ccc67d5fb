using System.Globalization;
using MicroLake.Tool.Host;
using MicroLake.Tool.Workspace;

namespace MicroLake.Tool.Testing;

/// <summary>One start of one test program.</summary>
/// <param name="Title">What is said before it starts.</param>
/// <param name="Filters">xunit's own filter options.</param>
/// <param name="Environment">Variables for the program.</param>
public sealed record TestRun(string Title, TestProject Project, string[] Filters, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>Names the trait that carries the full name of a guest test.</summary>
    public const string GuestTrait = "guest";

    /// <summary>The variable that gives the minutes of the long stress.</summary>
    public const string SoakMinutes = "MICROLAKE_SOAK_MINUTES";

    private static readonly Dictionary<string, string> s_scalar = new() { ["DOTNET_EnableHWIntrinsic"] = "0" };

    private static readonly TestProject s_host = new("tests/HostTests/MicroLake.HostTests.csproj");
    private static readonly TestProject s_guest = new("tests/GuestTests/MicroLake.GuestTests.csproj");
    private static readonly TestProject s_console = new("tests/ConsoleTests/MicroLake.ConsoleTests.csproj");

    /// <summary>What <c>test</c> starts, in order: fast and narrow first.</summary>
    /// <param name="filter">A part of a test's full name, or null for all. One that names a project leaves out the others.</param>
    public static IEnumerable<TestRun> For(string? filter)
    {
        TestProject[] named = [.. new[] { s_host, s_guest, s_console }
            .Where(p => filter?.Contains(p.Name["MicroLake.".Length..], StringComparison.Ordinal) == true)];
        return All(filter).Where(run => named.Length == 0 || named.Contains(run.Project));
    }

    private static IEnumerable<TestRun> All(string? filter)
    {
        string[] methods = filter is null ? [] : ["-method", $"*{filter}*"];
        string[] guestTests = filter is null ? [] : ["-trait", $"{GuestTrait}=*{filter}*"];
        Dictionary<string, string> plain = [];
        yield return new("host tests", s_host, methods, plain);
        yield return new("host tests of MicroLake.Nn without vector instructions", s_host, ["-namespace", "MicroLake.HostTests.Nn*", .. methods], s_scalar);
        yield return new("guest tests", s_guest, ["-preEnumerateTheories", .. guestTests], filter is null ? plain : new() { [GuestFilter.Variable] = filter });
        yield return new("console tests", s_console, methods, plain);
    }

    /// <summary>Runs the program, its progress on standard output. A program that dies counts as one failed test.</summary>
    /// <param name="soakMinutes">How long the long stress takes; null leaves it and the great counts at a small share.</param>
    public TestCounts Execute(int? soakMinutes)
    {
        Terminal.Note($"running {Title}");
        string report = Path.Combine(Repository.Artifacts, $"{Title.Replace(' ', '-')}.ctrf.json");
        File.Delete(report);
        Dictionary<string, string> environment = new(Environment);
        if (soakMinutes is { } minutes)
        {
            environment["MICROLAKE_SOAK"] = "1";
            environment[SoakMinutes] = minutes.ToString(CultureInfo.InvariantCulture);
        }
        int status = ChildProcess.Run(Project.Executable, ["-noLogo", .. Console.IsOutputRedirected ? ["-noColor"] : Array.Empty<string>(), "-ctrf", report, .. Filters], environment);
        TestCounts? counts = CtrfReport.Read(report);
        if (counts is null)
        {
            Terminal.Error($"{Project.Name} ended with status {status} and left no results");
            return new TestCounts(0, 1, 0);
        }
        if (status != 0 && counts.Value is { Failed: 0, Passed: > 0 })
        {
            Terminal.Error($"{Project.Name} ended with status {status} though no test failed");
            return counts.Value + new TestCounts(0, 1, 0);
        }
        return counts.Value;
    }
}
