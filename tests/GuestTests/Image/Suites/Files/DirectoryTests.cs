namespace MicroLake.GuestTests.Suites;

[Area("Directory, Path")]
public static class DirectoryTests
{
    [GuestTest]
    public static void Folders_are_made_listed_and_removed()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("a/b/c"));
        File.WriteAllText(folder.File("a/one.txt"), "1");
        File.WriteAllText(folder.File("a/b/two.txt"), "2");
        Check.Sequence(["b"], Directory.GetDirectories(folder.File("a")).Select(Path.GetFileName));
        Check.Sequence(["one.txt"], Directory.GetFiles(folder.File("a")).Select(Path.GetFileName));
        Check.Sequence(
            ["one.txt", "two.txt"], Directory.EnumerateFiles(folder.Path, "*.txt", SearchOption.AllDirectories).Select(Path.GetFileName).Order());
        Check.Throws<IOException>(() => Directory.Delete(folder.File("a")));
        Directory.Delete(folder.File("a"), recursive: true);
        Check.That(!Directory.Exists(folder.File("a")));
    }

    [GuestTest]
    public static void A_folder_is_renamed_with_what_is_in_it()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("old"));
        File.WriteAllText(folder.File("old/x"), "x");
        Directory.Move(folder.File("old"), folder.File("new"));
        Check.Equal("x", File.ReadAllText(folder.File("new/x")));
    }

    [GuestTest]
    public static void DriveInfo_tells_kind_and_room_of_what_is_mounted()
    {
        Where.OnlyInGuest();
        var tmp = new DriveInfo("/tmp");
        Check.Equal("tmpfs", tmp.DriveFormat);
        Check.Equal("devfs", new DriveInfo("/dev").DriveFormat);
        Check.That(tmp.IsReady && tmp.AvailableFreeSpace > 0 && tmp.AvailableFreeSpace <= tmp.TotalSize);
        Check.That(DriveInfo.GetDrives().Any(d => d.Name == "/tmp"));
    }

    [GuestTest]
    public static void What_is_not_there_is_named()
    {
        using var folder = new TemporaryFolder();
        Check.That(!Directory.Exists(folder.File("none")));
        Check.Throws<DirectoryNotFoundException>(() => Directory.GetFiles(folder.File("none")));
        Check.Throws<DirectoryNotFoundException>(() => Directory.Delete(folder.File("none")));
    }

    [GuestTest]
    public static void Hundreds_of_entries()
    {
        using var folder = new TemporaryFolder();
        for (int i = 0; i < 300; i++)
            File.WriteAllText(folder.File($"entry-{i:000}"), "");
        Check.Sequence(
            Enumerable.Range(0, 300).Select(i => $"entry-{i:000}"), Directory.EnumerateFiles(folder.Path).Select(f => Path.GetFileName(f)).Order());
        Check.Equal(10, Directory.GetFiles(folder.Path, "entry-00?").Length);
    }

    [GuestTest]
    public static void The_current_folder_can_be_changed()
    {
        using var folder = new TemporaryFolder();
        string before = Directory.GetCurrentDirectory();
        Directory.SetCurrentDirectory(folder.Path);
        File.WriteAllText("here.txt", "relative");
        Check.Equal("relative", File.ReadAllText(folder.File("here.txt")));
        Check.Equal(folder.Path, Directory.GetCurrentDirectory());
        Directory.SetCurrentDirectory(before);
    }

    [GuestTest]
    public static void Paths_are_put_together_and_taken_apart()
    {
        Check.Equal("/a/b.txt", Path.Combine("/a", "b.txt"));
        Check.Equal("/x/z", Path.GetFullPath("/x/y/../z"));
        Check.Equal(".gz", Path.GetExtension("a.tar.gz"));
        Check.Equal("../b", Path.GetRelativePath("/r/a", "/r/b"));
        string temporary = Path.GetTempFileName();
        Check.That(File.Exists(temporary));
        File.Delete(temporary);
    }

    [GuestTest]
    public static void Boot_files_are_there_and_read_only()
    {
        Where.OnlyInGuest();
        Check.That(Directory.Exists("/boot"));
        Exception? e = null;
        try
        {
            File.WriteAllText("/boot/written", "x");
        }
        catch (Exception caught) when (caught is IOException or UnauthorizedAccessException)
        {
            e = caught;
        }
        Check.That(e is not null);
    }
}
