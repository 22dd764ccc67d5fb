using MicroLake.Tool.Workspace;
using Xunit;

namespace MicroLake.HostTests.Tool;

public sealed class ProjectSourcesTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("microlake-sources").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void References_imports_and_files_from_elsewhere_are_followed()
    {
        string app = Write("app/app.csproj", """
            <Project><Import Project="../build/all.targets" />
              <ItemGroup><ProjectReference Include="..\direct\direct.csproj" /><Compile Include="../lone/one.cs;../many/**/*.cs;@(Made);$(Unknown)/x.cs" /></ItemGroup>
            </Project>
            """);
        Write("build/all.targets", """<Project><Import Project="$(MSBuildThisFileDirectory)more.targets" /><ItemGroup><ProjectReference Include="$(MicroLakeRoot)rooted/rooted.csproj" /></ItemGroup></Project>""");
        Write("build/more.targets", "<Project />");
        Write("direct/direct.csproj", """<Project><ItemGroup><ProjectReference Include="../behind/behind.csproj" /></ItemGroup></Project>""");
        Write("behind/behind.csproj", """<Project><ItemGroup><ProjectReference Include="../direct/direct.csproj" /></ItemGroup></Project>""");
        Write("rooted/rooted.csproj", "<Project />");
        Write("lone/one.cs", "");
        Write("lone/two.cs", "");
        Write("other/other.csproj", "<Project />");

        IReadOnlyCollection<string>? found = ProjectSources.Of(app, _root);

        Assert.NotNull(found);
        foreach (string expected in new[] { "app", "direct", "behind", "rooted", "many", "lone/one.cs", "build/all.targets", "build/more.targets", "Directory.Build.props", "app/.editorconfig" })
            Assert.Contains(Path.Combine(_root, expected), found);
        foreach (string foreign in new[] { "other", "lone", "lone/two.cs", "build" })
            Assert.DoesNotContain(Path.Combine(_root, foreign), found);
    }

    [Theory]
    [InlineData("""<Project><Import Project="$(Elsewhere)/a.targets" /></Project>""")]
    [InlineData("""<Project><ItemGroup><ProjectReference Include="$(Elsewhere)/a.csproj" /></ItemGroup></Project>""")]
    public void A_reference_by_an_unknown_property_may_lead_anywhere(string text) => Assert.Null(ProjectSources.Of(Write("a/a.csproj", text), _root));

    [Fact]
    public void A_file_that_is_no_project_is_named()
        => Assert.Contains("a.csproj", Assert.Throws<MicroLake.Tool.ToolException>(() => ProjectSources.Of(Write("a/a.csproj", "<Project>"), _root)).Message, StringComparison.Ordinal);

    /// <summary>The service behind /tmp is built for every image; a change of the shell is not to build it anew.</summary>
    [Fact]
    public void The_service_of_temporary_files_does_not_depend_on_the_shell()
    {
        IReadOnlyCollection<string>? found = ProjectSources.Of(Repository.PathOf("MicroLake.Kernel/TmpService/MicroLake.TmpService.csproj"), Repository.Root);

        Assert.NotNull(found);
        Assert.Contains(Repository.PathOf("MicroLake.Kernel/Files.Remote"), found);
        Assert.Contains(Repository.PathOf("MicroLake.Kernel/Platform"), found);
        Assert.DoesNotContain(Repository.PathOf("MicroLake.Kernel/Shell"), found);
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }
}
