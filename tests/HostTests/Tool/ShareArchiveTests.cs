using System.Diagnostics;
using System.Formats.Tar;
using MicroLake.Tool;
using MicroLake.Tool.Workspace;
using Xunit;

namespace MicroLake.HostTests.Tool;

public sealed class ShareArchiveTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("microlake-share").FullName;

    private string Shared => Path.Combine(_folder, "shared");

    public ShareArchiveTests() => Directory.CreateDirectory(Shared);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Files_folders_and_links_to_files_arrive()
    {
        Directory.CreateDirectory(Path.Combine(Shared, "a/b/empty"));
        File.WriteAllText(Path.Combine(Shared, "a/b/text"), "hello");
        File.WriteAllText(Path.Combine(Shared, ".hidden"), "h");
        File.CreateSymbolicLink(Path.Combine(Shared, "link"), "a/b/text");
        Assert.Equal([".hidden=h", "a/", "a/b/", "a/b/empty/", "a/b/text=hello", "link=hello"], Pack());
    }

    [Fact]
    public void What_cannot_be_shared_is_left_out_without_waiting_for_it()
    {
        Directory.CreateSymbolicLink(Path.Combine(Shared, "circle"), ".");
        File.CreateSymbolicLink(Path.Combine(Shared, "nowhere"), "missing");
        using (Process mkfifo = Process.Start("mkfifo", Path.Combine(Shared, "pipe")))
            mkfifo.WaitForExit();
        File.WriteAllText(Path.Combine(Shared, "z"), "z");
        Assert.Equal(["pipe is Fifo", "z=z"], Pack());
    }

    [Fact]
    public void A_folder_larger_than_the_guest_can_take_is_refused()
    {
        File.WriteAllBytes(Path.Combine(Shared, "big"), new byte[1001]);
        ToolException failure = Assert.Throws<ToolException>(() => Pack(limit: 1000));
        Assert.Contains("--mem", failure.Message);
    }

    [Fact]
    public void A_missing_folder_is_named() =>
        Assert.Contains("/no/such", Assert.Throws<ToolException>(() => ShareArchive.Make("/no/such", Path.Combine(_folder, "t"), 1)).Message);

    [Fact]
    public void A_path_too_long_for_the_archive_is_named()
    {
        string name = new('x', 120);
        File.WriteAllText(Path.Combine(Shared, name), "");
        Assert.Contains(name, Assert.Throws<ToolException>(() => Pack()).Message);
    }

    private List<string> Pack(long limit = 1 << 20)
    {
        string path = Path.Combine(_folder, "host.tar");
        ShareArchive.Make(Shared, path, limit);
        using TarReader reader = new(File.OpenRead(path));
        List<string> entries = [];
        while (reader.GetNextEntry() is { } entry)
            entries.Add(entry.EntryType switch
            {
                TarEntryType.Directory => entry.Name,
                TarEntryType.RegularFile => $"{entry.Name}={(entry.DataStream is null ? "" : new StreamReader(entry.DataStream).ReadToEnd())}",
                _ => $"{entry.Name} is {entry.EntryType}",
            });
        return entries;
    }
}
