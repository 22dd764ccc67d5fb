namespace MicroLake.MLaaS.Packages;

/// <summary>
/// Module files that outlive the boot: one file for each version, <c>NAME-VERSION.mlm</c> in a folder. A file is written beside and moved into its
/// place, so that what is there is whole, whatever becomes of the machine or of the room on its disk.
/// </summary>
/// <param name="folder">Made at the first <see cref="Save"/>.</param>
public sealed class ModuleStore(string folder)
{
    private const string Ending = ".mlm";
    private const string UnfinishedEnding = ".new";

    /// <summary>Keeps a module that was checked; the same version of it is replaced.</summary>
    /// <returns>The path of the file.</returns>
    /// <exception cref="ModuleException">It could not be written. What was there before still is.</exception>
    public string Save(ModuleManifest manifest, byte[] file)
    {
        string path = PathOf(manifest.Name, manifest.Version), unfinished = path + UnfinishedEnding;
        try
        {
            Directory.CreateDirectory(folder);
            using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
            {
                stream.Write(file);
                stream.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: true);
            return path;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Forget(unfinished);
            throw new ModuleException($"{path} could not be written: {error.Message}; what was there before still is", error);
        }
    }

    /// <summary>Every version of every module, by name, the newest first.</summary>
    public List<StoredModule> All()
    {
        var all = new List<StoredModule>();
        if (!Directory.Exists(folder))
            return all;
        foreach (string path in Directory.GetFiles(folder, "*" + Ending))
        {
            string name = Path.GetFileNameWithoutExtension(path);
            int hyphen = name.LastIndexOf('-');
            if (hyphen > 0 && ModuleVersion.TryParse(name[(hyphen + 1)..], out ModuleVersion version))
                all.Add(new(name[..hyphen], version, path, new FileInfo(path).Length));
        }

        all.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name) is var order and not 0 ? order : b.Version.Number.CompareTo(a.Version.Number));
        return all;
    }

    /// <summary>The newest version of a module, or null.</summary>
    public StoredModule? Newest(string name) => All().Find(module => module.Name == name);

    /// <summary>Deletes a version of a module, or all of them. Returns how many.</summary>
    /// <exception cref="ModuleException">A file could not be deleted.</exception>
    public int Delete(string name, ModuleVersion? version)
    {
        int count = 0;
        foreach (StoredModule module in All())
        {
            if (module.Name != name || (version is { } only && only.Number != module.Version.Number))
                continue;
            try
            {
                File.Delete(module.Path);
                count++;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new ModuleException($"{module.Path} could not be deleted: {error.Message}", error);
            }
        }

        return count;
    }

    private string PathOf(string name, ModuleVersion version) => Path.Combine(folder, $"{name}-{version}{Ending}");

    private static void Forget(string unfinished)
    {
        try
        {
            File.Delete(unfinished);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It takes room until the next save of this version.
        }
    }
}
