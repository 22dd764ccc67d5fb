using System.Text;

namespace MicroLake.Files;

/// <summary>Limits on paths, as Linux has them (linux/limits.h and path_resolution(7)).</summary>
public static class PathLimits
{
    /// <summary>Longest name of one component, in UTF-8 bytes.</summary>
    public const int NameBytes = 255;

    /// <summary>Longest path, in UTF-8 bytes.</summary>
    public const int PathBytes = 4095;

    /// <summary>Most symbolic links that one look-up may follow.</summary>
    public const int SymbolicLinks = 40;

    internal static Errno CheckPath(string path)
    {
        if (path.Length == 0)
            return Errno.ENOENT;
        if (path.Contains('\0'))
            return Errno.EINVAL;
        return IsLonger(path, PathBytes) ? Errno.ENAMETOOLONG : Errno.None;
    }

    internal static Errno CheckName(string name) => IsLonger(name, NameBytes) ? Errno.ENAMETOOLONG : Errno.None;

    /// <summary>A character is one to three bytes: most texts need no counting.</summary>
    private static bool IsLonger(string text, int bytes) =>
        text.Length > bytes / 3 && (text.Length > bytes || Encoding.UTF8.GetByteCount(text) > bytes);
}
