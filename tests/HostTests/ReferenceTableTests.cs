using System.Xml.Linq;
using Xunit;

namespace MicroLake.HostTests;

/// <summary>Who may reference whom is part of the architecture; this holds every project file to the table.</summary>
public sealed class ReferenceTableTests
{
    private static readonly Dictionary<string, string[]> s_allowed = new()
    {
        ["MicroLake.Abi"] = [],
        ["MicroLake.Nucleus"] = ["MicroLake.Abi"],
        ["MicroLake.Platform"] = ["MicroLake.Abi", "MicroLake.Files"],
        ["MicroLake.Files"] = [],
        ["MicroLake.Shell.Generators"] = [],
        ["MicroLake.Shell"] = ["MicroLake.Shell.Generators", "MicroLake.Files"],
        ["MicroLake.Shell.Models"] = ["MicroLake.Shell", "MicroLake.Nn", "MicroLake.Shell.Generators"],
        ["MicroLake.Nn"] = [],
        ["MicroLake.Benchmarks"] = ["MicroLake.Shell", "MicroLake.Nn"],
        ["MicroLake.Cosmos"] = ["MicroLake.Abi"],
        ["MicroLake.Hosting"] = ["MicroLake.Abi", "MicroLake.Cosmos", "MicroLake.Files", "MicroLake.Platform"],
    };

    public static TheoryData<string> Projects()
    {
        var data = new TheoryData<string>();
        foreach (string path in Directory.EnumerateFiles(Root(), "*.csproj", SearchOption.AllDirectories))
            data.Add(Path.GetRelativePath(Root(), path));
        return data;
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_what_the_table_allows(string project)
    {
        if (!s_allowed.TryGetValue(Path.GetFileNameWithoutExtension(project), out string[]? allowed))
            return;
        var references = XDocument.Load(Path.Combine(Root(), project)).Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(((string)r.Attribute("Include")!).Replace('\\', '/')));
        Assert.Empty(references.Except(allowed));
    }

    private static string Root()
    {
        for (DirectoryInfo? d = new(AppContext.BaseDirectory); d is not null; d = d.Parent)
            if (File.Exists(Path.Combine(d.FullName, "Directory.Packages.props")))
                return d.FullName;
        throw new InvalidOperationException("The test must run from within the repository.");
    }
}
