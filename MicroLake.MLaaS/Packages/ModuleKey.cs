namespace MicroLake.MLaaS.Packages;

/// <summary>A public key that modules may be signed with.</summary>
/// <param name="name">Whose it is: the name of the file without its ending.</param>
/// <param name="bytes">The key.</param>
public sealed class ModuleKey(string name, byte[] bytes)
{
    /// <summary>Ending of files with public keys.</summary>
    public const string FileEnding = ".pub";

    public string Name => name;

    public byte[] Bytes => bytes;

    /// <summary>The keys in a folder, one a file: 64 hexadecimal digits. A folder that is not there has none.</summary>
    /// <exception cref="ModuleException">A file is no key.</exception>
    public static List<ModuleKey> ReadAll(string folder)
    {
        var keys = new List<ModuleKey>();
        if (!Directory.Exists(folder))
            return keys;
        foreach (string file in Directory.GetFiles(folder, "*" + FileEnding))
            keys.Add(Read(file));
        return keys;
    }

    /// <summary>Reads a file with a public key.</summary>
    /// <exception cref="ModuleException">It is none.</exception>
    public static ModuleKey Read(string file)
    {
        string text = File.ReadAllText(file).Trim();
        byte[] bytes;
        try
        {
            bytes = Convert.FromHexString(text);
        }
        catch (FormatException)
        {
            bytes = [];
        }

        return bytes.Length == Sodium.PublicKeyBytes
            ? new(Path.GetFileNameWithoutExtension(file), bytes)
            : throw new ModuleException($"{Path.GetFileName(file)} is no public key of {2 * Sodium.PublicKeyBytes} hexadecimal digits; make one with module keygen");
    }
}
