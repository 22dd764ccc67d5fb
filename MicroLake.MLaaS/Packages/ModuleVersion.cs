using System.Globalization;

namespace MicroLake.MLaaS.Packages;

/// <summary>A version: major, minor and patch, of up to three digits each.</summary>
public readonly struct ModuleVersion(int major, int minor, int patch)
{
    private const int Base = 1000;

    /// <summary>One number, greater for newer versions.</summary>
    public int Number => (major * Base + minor) * Base + patch;

    /// <summary>The version of a <see cref="Number"/>.</summary>
    public static ModuleVersion Of(int number) => new(number / Base / Base, number / Base % Base, number % Base);

    public static bool TryParse(string text, out ModuleVersion version)
    {
        version = default;
        string[] parts = text.Split('.');
        if (parts.Length != 3 || !TryPart(parts[0], out int major) || !TryPart(parts[1], out int minor) || !TryPart(parts[2], out int patch))
            return false;
        version = new(major, minor, patch);
        return true;
    }

    public override string ToString() => $"{Number / Base / Base}.{Number / Base % Base}.{Number % Base}";

    private static bool TryPart(string text, out int part) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out part) && part < Base && text.Length <= 3;
}
