using System.Text.RegularExpressions;
using MicroLake.Tool.Workspace;
using Xunit;

namespace MicroLake.HostTests.Tool;

/// <summary>build.sh and build.ps1 are the same few lines in two languages: what one names, the other names.</summary>
public sealed partial class StartScriptTests
{
    private readonly string _shell = File.ReadAllText(Repository.PathOf("build.sh"));
    private readonly string _powerShell = File.ReadAllText(Repository.PathOf("build.ps1"));

    [Fact]
    public void Both_start_the_same_tool()
    {
        Assert.Contains("tools/MicroLake.Tool", _shell, StringComparison.Ordinal);
        Assert.Contains("'tools/MicroLake.Tool'", _powerShell, StringComparison.Ordinal);
        Assert.Equal(Only(Library().Matches(_shell)), Only(Library().Matches(_powerShell)));
        Assert.EndsWith("exec dotnet \"$dll\" \"$@\"\n", _shell, StringComparison.Ordinal);
        Assert.EndsWith("dotnet $dll @args\nexit $LASTEXITCODE\n", _powerShell, StringComparison.Ordinal);
    }

    [Fact]
    public void Both_set_the_same_variables() =>
        Assert.Equal(Sorted(Variable().Matches(_shell)), Sorted(Variable().Matches(_powerShell)));

    [Fact]
    public void Both_build_with_the_same_switches() =>
        Assert.Equal(Sorted(Switch().Matches(BuildLine(_shell))), Sorted(Switch().Matches(BuildLine(_powerShell))));

    [Fact]
    public void Both_look_at_the_same_files_for_changes()
    {
        Assert.Equal(Sorted(RootFile().Matches(_shell)), Sorted(RootFile().Matches(_powerShell)));
        Assert.All(["bin", "obj"], folder =>
        {
            Assert.Matches($@"-name {folder}\b", _shell);
            Assert.Matches($@"\(.*\b{folder}\b.*\)\[", _powerShell);
        });
    }

    [Fact]
    public void Both_say_the_same_where_there_is_no_SDK() =>
        Assert.Equal(Only(Complaint().Matches(_shell)), Only(Complaint().Matches(_powerShell)));

    private static string BuildLine(string script) =>
        script.Split('\n').Single(line => line.Contains("dotnet msbuild", StringComparison.Ordinal));

    private static string Only(MatchCollection matches) => Assert.Single(matches).Value;

    private static IEnumerable<string> Sorted(MatchCollection matches)
    {
        Assert.NotEmpty(matches);
        return matches.Select(m => m.Value).Distinct().Order(StringComparer.Ordinal);
    }

    [GeneratedRegex(@"bin/Release/\S+?\.dll")]
    private static partial Regex Library();

    [GeneratedRegex(@"DOTNET_\w+")]
    private static partial Regex Variable();

    [GeneratedRegex(@"-[a-zA-Z]+(:[\w=]+)?(?=[ '])")]
    private static partial Regex Switch();

    [GeneratedRegex(@"Directory\.\w+\.props|\.editorconfig")]
    private static partial Regex RootFile();

    [GeneratedRegex(@"error: [^'""]+")]
    private static partial Regex Complaint();
}
