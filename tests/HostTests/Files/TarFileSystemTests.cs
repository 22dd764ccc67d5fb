using System.Formats.Tar;
using System.Text;
using MicroLake.Files;
using Xunit;

namespace MicroLake.HostTests.Files;

/// <summary>Archives as the base library's own writer makes them, in each format, whole and damaged.</summary>
public sealed class TarFileSystemTests
{
    private static readonly DateTimeOffset s_time = new(2024, 5, 6, 7, 8, 9, TimeSpan.Zero);
    private static readonly string s_longName = string.Join('/', Enumerable.Repeat("a-rather-long-folder-name", 8)) + "/file.txt";

    [Theory]
    [InlineData(TarEntryFormat.Ustar)]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Gnu)]
    [InlineData(TarEntryFormat.V7)]
    public void Files_links_and_folders_are_there(TarEntryFormat format)
    {
        FileContext files = Mounted(Archive(format));
        Assert.Equal("hello", Read(files, "/boot/usr/share/x.txt"));
        Assert.Equal("hello", Read(files, "/usr/share/x.txt"));
        Assert.Equal("hello", Read(files, "/usr/link"));
        Assert.Equal("hello", Read(files, "/usr/hard"));
        Assert.Equal(Errno.None, files.Status("/usr/share/x.txt", true, out NodeStatus status));
        Assert.Equal(s_time.ToUnixTimeSeconds() * 1_000_000_000, status.Times.Modification);
        Assert.Equal(Errno.EROFS, files.Open("/usr/share/x.txt", OpenFlags.ReadWrite, 0, out _));
        Assert.Equal(Errno.EROFS, files.Unlink("/usr/share/x.txt"));
        Assert.Equal(Errno.EROFS, files.Access("/usr", AccessMode.Write));
        if (format != TarEntryFormat.V7 && format != TarEntryFormat.Ustar)
            Assert.Equal("deep", Read(files, "/boot/" + s_longName));
    }

    [Fact]
    public void A_ustar_prefix_is_part_of_the_name()
    {
        string name = new string('p', 90) + "/" + new string('n', 90);
        using MemoryStream stream = new();
        using (TarWriter writer = new(stream, TarEntryFormat.Ustar, leaveOpen: true))
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream("x"u8.ToArray()) });
        Assert.Equal("x", Read(Mounted(stream.ToArray(), usr: false), "/boot/" + name));
    }

    [Fact]
    public void What_GNU_tar_writes_can_be_read()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            string deep = Path.Combine(folder, "in", new string('d', 120), new string('e', 120));
            Directory.CreateDirectory(deep);
            File.WriteAllText(Path.Combine(deep, "f"), "deep");
            File.CreateSymbolicLink(Path.Combine(folder, "in", "l"), new string('d', 120) + "/" + new string('e', 120) + "/f");
            using var tar = System.Diagnostics.Process.Start("tar", ["--format=gnu", "-C", Path.Combine(folder, "in"), "-cf", Path.Combine(folder, "a.tar"), "."]);
            tar.WaitForExit();
            FileContext files = Mounted(File.ReadAllBytes(Path.Combine(folder, "a.tar")), usr: false);
            Assert.Equal("deep", Read(files, "/boot/l"));
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [Fact]
    public void A_later_member_replaces_an_earlier_one_of_the_same_name()
    {
        using MemoryStream stream = new();
        using (TarWriter writer = new(stream, TarEntryFormat.Pax, leaveOpen: true))
            foreach (string text in (string[])["old", "new"])
                writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "f") { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
        Assert.Equal("new", Read(Mounted(stream.ToArray(), usr: false), "/boot/f"));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("not a tar", "cut off")]
    public void Something_else_is_refused_with_a_reason(string content, string reason) =>
        Assert.Contains(reason, Assert.Throws<TarFormatException>(() => new TarFileSystem("x.tar", Encoding.UTF8.GetBytes(content))).Message);

    [Fact]
    public void Noise_is_no_tar_archive()
    {
        byte[] noise = new byte[4096];
        new Random(1).NextBytes(noise);
        Assert.Contains("no tar archive", Assert.Throws<TarFormatException>(() => new TarFileSystem("x.tar", noise)).Message);
    }

    [Fact]
    public void A_name_that_leads_out_of_the_archive_is_refused()
    {
        using MemoryStream stream = new();
        using (TarWriter writer = new(stream, TarEntryFormat.Pax, leaveOpen: true))
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "a/../../etc/passwd"));
        Assert.Contains("leads out", Assert.Throws<TarFormatException>(() => new TarFileSystem("x.tar", stream.ToArray())).Message);
    }

    [Fact]
    public void Every_truncation_is_noticed()
    {
        byte[] archive = Archive(TarEntryFormat.Pax);
        int contentEnd = archive.Length - 1024;
        for (int length = 0; length < contentEnd; length += 64)
            Assert.Throws<TarFormatException>(() => new TarFileSystem("x.tar", archive.AsMemory(0, length)));
    }

    [Theory]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Gnu)]
    public void Ten_thousand_mutations_either_load_whole_or_give_one_error(TarEntryFormat format)
    {
        byte[] original = Archive(format);
        Random random = new(20240607);
        int refused = 0;
        for (int round = 0; round < 5000; round++)
        {
            byte[] mutated = (byte[])original.Clone();
            int header = random.Next(mutated.Length / 512) * 512;
            for (int change = random.Next(1, 5); change > 0; change--)
                mutated[random.Next(2) == 0 ? random.Next(mutated.Length) : Math.Min(header + random.Next(512), mutated.Length - 1)] = (byte)random.Next(256);
            if (random.Next(2) == 0)
                Repair(mutated, header);
            try
            {
                ReadEverything(new TarFileSystem("x.tar", mutated));
            }
            catch (TarFormatException error)
            {
                Assert.StartsWith("x.tar: ", error.Message);
                refused++;
            }
        }
        Assert.InRange(refused, 100, 4999);
    }

    /// <summary>Makes the checksum right again, so that mutations get past it.</summary>
    private static void Repair(byte[] archive, int header)
    {
        Span<byte> block = archive.AsSpan(header, 512);
        block.Slice(148, 8).Fill((byte)' ');
        int sum = 0;
        foreach (byte value in block)
            sum += value;
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(block[148..]);
    }

    private static void ReadEverything(TarFileSystem archive)
    {
        Stack<Node> pending = new([archive.Root]);
        byte[] buffer = new byte[64];
        while (pending.TryPop(out Node? node))
        {
            _ = node.Status;
            node.ReadLink(out _);
            if (node.Kind == NodeKind.File)
                for (long at = 0; at <= node.Status.Size; at += Math.Max(1, node.Status.Size / 4))
                    Assert.Equal(Errno.None, node.Read(at, buffer, out _));
            node.List(out IReadOnlyList<DirectoryEntry> entries);
            foreach (DirectoryEntry entry in entries)
            {
                Assert.Equal(Errno.None, node.Lookup(entry.Name, out Node? child));
                pending.Push(child!);
            }
        }
    }

    private static byte[] Archive(TarEntryFormat format)
    {
        using MemoryStream stream = new();
        using (TarWriter writer = new(stream, format, leaveOpen: true))
        {
            Add(TarEntryType.Directory, "./usr/", null, null);
            Add(format == TarEntryFormat.V7 ? TarEntryType.V7RegularFile : TarEntryType.RegularFile, "usr/share/x.txt", "hello", null);
            Add(TarEntryType.SymbolicLink, "usr/link", null, "share/x.txt");
            Add(TarEntryType.HardLink, "usr/hard", null, "usr/share/x.txt");
            if (format is TarEntryFormat.Pax or TarEntryFormat.Gnu)
                Add(TarEntryType.RegularFile, s_longName, "deep", null);

            void Add(TarEntryType type, string name, string? text, string? link)
            {
                System.Formats.Tar.TarEntry entry = format switch
                {
                    TarEntryFormat.V7 => new V7TarEntry(type, name),
                    TarEntryFormat.Ustar => new UstarTarEntry(type, name),
                    TarEntryFormat.Gnu => new GnuTarEntry(type, name),
                    _ => new PaxTarEntry(type, name),
                };
                entry.ModificationTime = s_time;
                if (text is not null)
                    entry.DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text));
                if (link is not null)
                    entry.LinkName = link;
                writer.WriteEntry(entry);
            }
        }
        return stream.ToArray();
    }

    private static FileContext Mounted(byte[] archive, bool usr = true)
    {
        VirtualFileSystem tree = new();
        TarFileSystem boot = new("boot.tar", archive);
        tree.Mount("/boot", boot);
        if (usr)
            tree.Mount("/usr", boot, "usr");
        return new FileContext(tree);
    }

    private static string Read(FileContext files, string path)
    {
        Assert.Equal(Errno.None, files.Open(path, OpenFlags.ReadOnly, 0, out int fd));
        byte[] data = new byte[1024];
        Assert.Equal(Errno.None, files.Read(fd, data, out int count));
        files.Close(fd);
        return Encoding.UTF8.GetString(data, 0, count);
    }
}
