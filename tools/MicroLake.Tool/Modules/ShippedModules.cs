using MicroLake.MLaaS.Packages;
using MicroLake.Tool.Workspace;

namespace MicroLake.Tool.Modules;

/// <summary>
/// The modules of <c>/boot/modules</c>, signed with a key that is made once for this checkout and stays in <c>artifacts</c>: the archive holds the
/// other half, so nothing else is signed by it.
/// </summary>
internal static class ShippedModules
{
    private const string KeyName = "boot";

    /// <summary>Where they are made, and their public key is.</summary>
    public static string Folder { get; } = Path.Combine(Repository.Artifacts, "modules");

    /// <summary>Folders and sources of policies that are modules.</summary>
    private static readonly string[] s_sources = ["MicroLake.MLaaS/Modules/mm-reuse", "MicroLake.MLaaS/Modules/sched-predict-live", "samples/policies/pick-burst.c"];

    /// <summary>Files for the archive, by their paths in it.</summary>
    public static IEnumerable<(string Path, string File)> Make()
    {
        string stamp = Path.Combine(Folder, "stamp");
        string sources = Fingerprint.Of([Repository.PathOf("samples/policies"), Repository.PathOf("MicroLake.MLaaS"), typeof(ShippedModules).Assembly.Location]);
        if (!File.Exists(stamp) || File.ReadAllText(stamp) != sources)
        {
            Build();
            File.WriteAllText(stamp, sources);
        }

        yield return ($"keys/{KeyName}{ModuleKey.FileEnding}", PathOf(KeyName + ModuleKey.FileEnding));
        foreach (string source in s_sources)
            yield return ($"modules/{NameOf(source)}", PathOf(NameOf(source)));
    }

    private static void Build()
    {
        Directory.CreateDirectory(Folder);
        string key = PathOf(KeyName + SecretKey.FileEnding);
        if (!File.Exists(key))
            SecretKey.Make(PathOf(KeyName));
        foreach (string source in s_sources)
        {
            // Beside and moved into place: another build may read the old one.
            string fresh = $"{PathOf(NameOf(source))}.{Environment.ProcessId}";
            File.WriteAllBytes(fresh, ModulePackage.Pack(Repository.PathOf(source), SecretKey.Read(key)));
            File.Move(fresh, PathOf(NameOf(source)), overwrite: true);
        }
    }

    private static string NameOf(string source) => Path.GetFileNameWithoutExtension(source) + ".mlm";

    private static string PathOf(string name) => Path.Combine(Folder, name);
}
