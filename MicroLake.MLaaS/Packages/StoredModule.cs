namespace MicroLake.MLaaS.Packages;

/// <summary>A version of a module in a <see cref="ModuleStore"/>.</summary>
public sealed class StoredModule(string name, ModuleVersion version, string path, long bytes)
{
    public string Name => name;

    public ModuleVersion Version => version;

    public string Path => path;

    public long Bytes => bytes;
}
