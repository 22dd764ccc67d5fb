using System.Xml;
using System.Xml.Linq;

namespace MicroLake.Tool.Workspace;

/// <summary>
/// What the build of one project can depend on: the folders of the projects that it refers to, directly or through others, the MSBuild files that they import, and
/// files that they include from elsewhere. Read from the project files themselves, because asking MSBuild costs seconds.
/// </summary>
public static class ProjectSources
{
    /// <summary>Files that apply to a project by lying in its folder or in one above it.</summary>
    private static readonly string[] s_inherited = ["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", ".editorconfig"];

    /// <param name="project">Full path of a project file.</param>
    /// <param name="root">Full path of the repository, <c>$(MicroLakeRoot)</c> in project files.</param>
    /// <returns>Full paths of files and folders, or null where a reference or import goes by a property that this class does not know: then anything may matter.</returns>
    public static IReadOnlyCollection<string>? Of(string project, string root)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        return Project(project, Path.TrimEndingDirectorySeparator(root), found) ? found : null;
    }

    private static bool Project(string project, string root, HashSet<string> found)
    {
        if (!found.Add(project))
            return true;
        string folder = Path.GetDirectoryName(project)!;
        found.Add(folder);
        for (string? above = folder; above is not null && above.Length >= root.Length; above = Path.GetDirectoryName(above))
            found.UnionWith(Array.ConvertAll(s_inherited, name => Path.Combine(above, name)));
        return MsBuildFile(project, folder, root, found);
    }

    /// <summary>Paths in a file that a project imports are relative to the project, but for those of its own imports.</summary>
    private static bool MsBuildFile(string file, string projectFolder, string root, HashSet<string> found)
    {
        found.Add(file);
        if (!File.Exists(file))
            return true;
        foreach (XElement element in Read(file).Descendants())
        {
            bool known = element.Name.LocalName switch
            {
                "Import" => Resolve(element.Attribute("Project"), file, Path.GetDirectoryName(file)!, root) is not { } imports
                    || imports.TrueForAll(path => path is not null && MsBuildFile(path, projectFolder, root, found)),
                "ProjectReference" => Resolve(element.Attribute("Include"), file, projectFolder, root) is not { } references
                    || references.TrueForAll(path => path is not null && Project(path, root, found)),
                _ => Included(Resolve(element.Attribute("Include"), file, projectFolder, root), found),
            };
            if (!known)
                return false;
        }

        return true;
    }

    /// <summary>Files by name or pattern; of a pattern, the folder that it begins with. Items that go by properties are made by the build, not sources.</summary>
    private static bool Included(List<string?>? paths, HashSet<string> found)
    {
        foreach (string path in (paths ?? []).OfType<string>())
        {
            int wild = path.IndexOfAny(['*', '?']);
            string source = wild < 0 ? path : Path.GetDirectoryName(path[..wild])!;
            if (wild >= 0 || File.Exists(source))
                found.Add(source);
        }

        return true;
    }

    /// <summary>The full paths that an attribute names, null for each that goes by an unknown property; null if there is no such attribute.</summary>
    private static List<string?>? Resolve(XAttribute? attribute, string file, string relativeTo, string root)
    {
        if (attribute is null)
            return null;
        var paths = new List<string?>();
        foreach (string part in attribute.Value.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string path = part.Replace("$(MSBuildThisFileDirectory)", Path.GetDirectoryName(file) + Path.DirectorySeparatorChar, StringComparison.Ordinal)
                .Replace("$(MicroLakeRoot)", root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
                .Replace('\\', '/');
            paths.Add(path.IndexOfAny(['$', '@', '%']) >= 0 ? null : Path.GetFullPath(Path.Combine(relativeTo, path)));
        }

        return paths;
    }

    private static XDocument Read(string file)
    {
        try
        {
            return XDocument.Load(file);
        }
        catch (XmlException e)
        {
            throw new ToolException($"{file}: not a project file: {e.Message}");
        }
    }
}
