using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace MicroLake.HostTests;

/// <summary>The map in ARCHITECTURE.md is a promise: every project file is held to its row.</summary>
public sealed partial class ArchitectureTests
{
    private sealed record Row(string Folder, string Project, string[] References, bool Unsafe);

    public static TheoryData<string> Projects()
    {
        var data = new TheoryData<string>();
        foreach (Row row in Rows())
            data.Add(row.Project);
        return data;
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_what_the_map_allows(string project)
    {
        Row row = Rows().Single(r => r.Project == project);
        IEnumerable<string> references = Load(row).Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(((string)r.Attribute("Include")!).Replace('\\', '/')));
        Assert.Empty(references.Except(row.References));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Unsafe_code_is_on_where_the_map_says_so(string project)
    {
        Row row = Rows().Single(r => r.Project == project);
        bool isUnsafe = Load(row).Descendants("AllowUnsafeBlocks").Any(e => e.Value == "true");
        Assert.Equal(row.Unsafe, isUnsafe);
    }

    [Fact]
    public void Every_project_outside_of_tests_has_a_row()
    {
        IEnumerable<string> projects = Directory.EnumerateFiles(Root(), "*.csproj", SearchOption.AllDirectories)
            .Select(p => Path.GetRelativePath(Root(), p).Replace('\\', '/'))
            .Where(p => !p.StartsWith("tests/", StringComparison.Ordinal) && !p.StartsWith("artifacts/", StringComparison.Ordinal))
            .Select(p => Path.GetFileNameWithoutExtension(p));
        Assert.Empty(projects.Except(Rows().Select(r => r.Project)));
    }

    /// <summary>
    /// `Select` over values is a generic virtual method of each iterator of LINQ: the ahead-of-time compiler makes every pair of element types of the
    /// whole program, which were 1.2 of 8.2 MB. Array.ConvertAll, List.ConvertAll and loops do the same for next to nothing.
    /// </summary>
    [Fact]
    public void Code_in_the_kernel_image_does_without_Select()
    {
        Row[] rows = Rows();
        HashSet<string> image = [];
        Reach(rows, "MicroLake.Kernel", image);
        Assert.Contains("MicroLake.Nn", image);
        IEnumerable<string> uses =
            from row in rows
            where image.Contains(row.Project) && !row.Project.EndsWith(".Generators", StringComparison.Ordinal)
            from file in Directory.EnumerateFiles(Path.Combine(Root(), row.Folder), "*.cs", SearchOption.AllDirectories)
            let path = Path.GetRelativePath(Root(), file).Replace('\\', '/')
            where !path.Contains("/obj/", StringComparison.Ordinal) && rows.Where(r => path.StartsWith(r.Folder + "/", StringComparison.Ordinal)).MaxBy(r => r.Folder.Length) == row
            from line in File.ReadLines(file).Index()
            where SelectCall().IsMatch(line.Item)
            select $"{path}:{line.Index + 1}";
        Assert.Empty(uses);
    }

    private static void Reach(Row[] rows, string project, HashSet<string> reached)
    {
        if (reached.Add(project))
            foreach (string reference in rows.Single(r => r.Project == project).References)
                Reach(rows, reference, reached);
    }

    private static XDocument Load(Row row) => XDocument.Load(Path.Combine(Root(), row.Folder, row.Project + ".csproj"));

    private static Row[] Rows() =>
    [
        .. File.ReadLines(Path.Combine(Root(), "ARCHITECTURE.md"))
            .Select(line => MapRow().Match(line))
            .Where(match => match.Success)
            .Select(match => new Row(
                match.Groups["folder"].Value, match.Groups["project"].Value, References(match.Groups["references"].Value),
                match.Groups["unsafe"].Value == "yes")),
    ];

    private static string[] References(string cell) =>
        cell == "nothing" ? [] : [.. cell.Split(", ").Select(name => "MicroLake." + name)];

    private static string Root()
    {
        for (DirectoryInfo? d = new(AppContext.BaseDirectory); d is not null; d = d.Parent)
            if (File.Exists(Path.Combine(d.FullName, "Directory.Packages.props")))
                return d.FullName;
        throw new InvalidOperationException("The test must run from within the repository.");
    }

    [GeneratedRegex(@"^\| `(?<folder>[^`]+)` \| (?<project>[\w.]+) \| .* \| (?<references>[^|]+) \| (?<unsafe>yes|no) \|$")]
    private static partial Regex MapRow();

    [GeneratedRegex(@"\.Select(Many)?(<.*>)?\(")]
    private static partial Regex SelectCall();
}
