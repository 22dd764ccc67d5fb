using System.Runtime.CompilerServices;
using Xunit;

namespace MicroLake.HostTests.Policies;

/// <summary>Folders of cases beside the tests' source.</summary>
internal static class PolicyFiles
{
    public static string Folder(string name, [CallerFilePath] string thisFile = "") => Path.Combine(Path.GetDirectoryName(thisFile)!, name);

    /// <summary>Names of the files of a folder, without their ending.</summary>
    public static TheoryData<string> Names(string folder) =>
        [.. Directory.EnumerateFiles(Folder(folder), "*.txt").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal)];
}
