using System.Text;
using MicroLake.MLaaS.Packages;
using Xunit;

namespace MicroLake.HostTests.MLaaS;

public sealed class ModuleStoreTests : IDisposable
{
    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("microlake-store-").FullName, "models");
    private readonly ModuleStore _store;

    public ModuleStoreTests() => _store = new(_folder);

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [Fact]
    public void Versions_are_kept_found_and_deleted()
    {
        Assert.Empty(_store.All());
        Assert.Null(_store.Newest("mine"));
        _store.Save(Manifest("mine", "1.9.0"), [1]);
        _store.Save(Manifest("mine", "1.10.0"), [2, 2]);
        _store.Save(Manifest("a-b-2", "3.0.0"), [3, 3, 3]);
        File.WriteAllText(Path.Combine(_folder, "notes.mlm"), "no version");
        Assert.Equal(["a-b-2 3.0.0 3", "mine 1.10.0 2", "mine 1.9.0 1"], _store.All().Select(m => $"{m.Name} {m.Version} {m.Bytes}"));
        Assert.Equal([2, 2], File.ReadAllBytes(_store.Newest("mine")!.Path));

        Assert.True(ModuleVersion.TryParse("1.10.0", out ModuleVersion newest));
        Assert.Equal(1, _store.Delete("mine", newest));
        Assert.Equal([1], File.ReadAllBytes(_store.Newest("mine")!.Path));
        Assert.Equal(0, _store.Delete("mine", newest));
        Assert.Equal(1, _store.Delete("mine", null));
        Assert.Null(_store.Newest("mine"));
    }

    [Fact]
    public void What_cannot_be_written_leaves_what_was_there()
    {
        string path = _store.Save(Manifest("mine", "1.0.0"), [1]);
        // A folder is where the new file would be written.
        Directory.CreateDirectory(path + ".new");
        Assert.Contains("still is", Assert.Throws<ModuleException>(() => _store.Save(Manifest("mine", "1.0.0"), [2])).Message, StringComparison.Ordinal);
        Assert.Equal([1], File.ReadAllBytes(path));
        Directory.Delete(path + ".new");
        _store.Save(Manifest("mine", "1.0.0"), [3]);
        Assert.Equal([3], File.ReadAllBytes(path));
        Assert.Single(Directory.GetFileSystemEntries(_folder));
    }

    private static ModuleManifest Manifest(string name, string version) => ModuleManifest.Read(Encoding.UTF8.GetBytes(
        $$"""{ "name": "{{name}}", "version": "{{version}}", "hook": "sched.pick", "output": { "unit": "ns", "least": 0, "most": 1 } }"""));
}
