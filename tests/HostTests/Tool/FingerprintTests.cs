using MicroLake.Tool.Workspace;
using Xunit;

namespace MicroLake.HostTests.Tool;

public sealed class FingerprintTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("microlake-fingerprint").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Edits_additions_and_removals_change_it_and_build_outputs_do_not()
    {
        string source = Write("src/a.cs", "one");
        string first = Now();
        Write("src/obj/generated.cs", "x");
        Write("bin/a.dll", "x");
        Assert.Equal(first, Now());

        File.SetLastWriteTimeUtc(source, new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        string older = Now();
        Assert.NotEqual(first, older);

        string added = Write("src/b.cs", "");
        Assert.NotEqual(older, Now());
        File.Delete(added);
        Assert.Equal(older, Now());
    }

    private string Now() => Fingerprint.Of([_folder, Path.Combine(_folder, "missing")]);

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }
}
