using MicroLake.MLaaS.Packages;

namespace MicroLake.Tool.Modules;

/// <summary>Files with secret keys, readable by their owner alone.</summary>
internal static class SecretKey
{
    public const string FileEnding = ".key";

    /// <summary>Makes a pair of keys: <paramref name="path"/>.key and <paramref name="path"/>.pub.</summary>
    public static void Make(string path)
    {
        foreach (string file in (string[])[path + FileEnding, path + ModuleKey.FileEnding])
            if (File.Exists(file))
                throw new ToolException($"{file} is there already; give another name, or remove it");
        (byte[] publicKey, byte[] secretKey) = SodiumSigning.MakeKeys();
        File.WriteAllText(path + ModuleKey.FileEnding, Convert.ToHexStringLower(publicKey) + "\n");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(path + FileEnding, options);
        writer.Write(Convert.ToHexStringLower(secretKey) + "\n");
    }

    /// <exception cref="ToolException">The file is no secret key.</exception>
    public static byte[] Read(string file)
    {
        try
        {
            byte[] key = Convert.FromHexString(File.ReadAllText(file).Trim());
            if (key.Length == SodiumSigning.SecretKeyBytes)
                return key;
        }
        catch (Exception error) when (error is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new ToolException($"{file} cannot be read as a secret key: {error.Message}");
        }

        throw new ToolException($"{file} is no secret key of {2 * SodiumSigning.SecretKeyBytes} hexadecimal digits; make one with module keygen");
    }
}
