namespace MicroLake.ImageTool.Naming;

/// <summary>The response file that the build hands to the AOT compiler: it lists every assembly that went into the object.</summary>
public static class IlcResponseFile
{
    /// <summary>Paths of the inputs and references named in the file; relative ones are taken from <paramref name="workingFolder"/>.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IEnumerable<string> Assemblies(string path, string workingFolder)
    {
        foreach (string line in File.ReadLines(path))
        {
            string entry = line.Trim().Trim('"');
            if (entry.StartsWith("-r:", StringComparison.Ordinal))
                entry = entry[3..].Trim('"');
            else if (entry.StartsWith('-'))
                continue;
            if (entry.EndsWith(".dll", StringComparison.OrdinalIgnoreCase))
                yield return Path.GetFullPath(entry, workingFolder);
        }
    }
}
