namespace MicroLake.Tool.Workspace;

/// <summary>A project that makes a bootable ELF: the product's kernel, a sample, or the image of the guest tests.</summary>
/// <param name="Project">Path of the project file in the repository.</param>
public sealed record ImageProject(string Project)
{
    /// <summary>The kernel that <c>run</c> boots.</summary>
    public static readonly ImageProject Kernel = new("MicroLake.Kernel/Image/MicroLake.Kernel.csproj");

    /// <summary>What checks and links every image.</summary>
    private const string ImageTool = "tools/MicroLake.ImageTool";

    /// <summary>All that may go into an image whose project refers to others by properties.</summary>
    private static readonly string[] s_anything = ["MicroLake.Kernel", "MicroLake.MLaaS", "MicroLake.Drivers", "Directory.Build.props", "Directory.Packages.props", ".editorconfig"];

    /// <summary>The image project that a user names by its folder or its project file, relative to the working folder or the repository.</summary>
    /// <exception cref="ToolException">There is no project there.</exception>
    public static ImageProject At(string path)
    {
        foreach (string candidate in new[] { Path.GetFullPath(path), Repository.PathOf(path) })
        {
            if (File.Exists(candidate))
                return new ImageProject(Path.GetRelativePath(Repository.Root, candidate));
            if (Directory.Exists(candidate) && Directory.GetFiles(candidate, "*.csproj") is [string single])
                return new ImageProject(Path.GetRelativePath(Repository.Root, single));
        }
        throw new ToolException($"{path}: there is no project; name a folder with one .csproj, or the file");
    }

    /// <summary>Release, or Debug for an image whose nucleus checks itself.</summary>
    public string Configuration { get; init; } = "Release";

    private string Name => Path.GetFileNameWithoutExtension(Project);

    private string Folder => Repository.PathOf(Path.GetDirectoryName(Project)!);

    private string Output => Path.Combine(Folder, $"bin/{Configuration}/net9.0/linux-x64");

    /// <summary>The stripped PVH ELF that QEMU or GRUB loads.</summary>
    public string Elf => Path.Combine(Output, $"{Name}.elf");

    /// <summary>The same with DWARF, for gdb.</summary>
    public string DebugElf => Path.Combine(Output, $"{Name}.debug.elf");

    /// <summary>Builds when a source changed since the last build that succeeded. Returns the path of the ELF.</summary>
    /// <exception cref="ToolException">The project is missing or its build failed.</exception>
    public string Build(bool force = false)
    {
        using BuildLock guard = BuildLock.Take();
        string stamp = Path.Combine(Repository.Artifacts, $"{Name}.{Configuration}.stamp");
        IEnumerable<string> inputs = ProjectSources.Of(Repository.PathOf(Project), Repository.Root) ?? s_anything.Select(Repository.PathOf).Append(Folder);
        string sources = Fingerprint.Of(inputs.Append(Repository.PathOf(ImageTool)));
        if (!force && File.Exists(stamp) && File.ReadAllText(stamp) == Stamp(sources))
            return Elf;
        File.Delete(stamp);
        DotNet.Build(Project, Configuration);
        if (!File.Exists(Elf))
            throw new ToolException($"building {Project} left no {Elf}; does it import MicroLake.Image.targets?");
        File.WriteAllText(stamp, Stamp(sources));
        return Elf;
    }

    /// <summary>Sources and output together: an ELF that something else replaced or removed is built again.</summary>
    private string Stamp(string sources) => sources + Fingerprint.Of([Elf]);
}
