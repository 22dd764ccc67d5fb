using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MicroLake.Tool.Workspace;

/// <summary>
/// One hash over the names, sizes and times of all files under some folders, build outputs left out. It changes when a
/// file is edited, added or removed, and costs milliseconds where asking MSBuild costs seconds.
/// </summary>
public static class Fingerprint
{
    /// <param name="inputs">Files and folders; one that does not exist counts as empty.</param>
    public static string Of(IEnumerable<string> inputs)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (FileInfo file in inputs.SelectMany(Files).OrderBy(f => f.FullName, StringComparer.Ordinal))
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
                $"{file.FullName}|{file.Length}|{file.LastWriteTimeUtc.Ticks}\n")));
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static IEnumerable<FileInfo> Files(string path)
    {
        if (File.Exists(path))
            return [new FileInfo(path)];
        DirectoryInfo folder = new(path);
        if (!folder.Exists || folder.Name is "bin" or "obj")
            return [];
        return folder.EnumerateFiles().Concat(folder.EnumerateDirectories().SelectMany(d => Files(d.FullName)));
    }
}
