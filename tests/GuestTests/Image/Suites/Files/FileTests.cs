using System.Text;

namespace MicroLake.GuestTests.Suites;

[Area("File, FileStream, StreamReader (in /tmp)")]
public static class FileTests
{
    [GuestTest]
    public static void Text_is_written_and_read()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("text.txt");
        File.WriteAllText(path, "h\u00e9llo\nworld\n");
        Check.Equal("h\u00e9llo\nworld\n", File.ReadAllText(path));
        Check.Sequence(["h\u00e9llo", "world"], File.ReadAllLines(path));
        File.AppendAllText(path, "more");
        Check.Sequence(["h\u00e9llo", "world", "more"], File.ReadLines(path));
        Check.Equal(17L, new FileInfo(path).Length);
    }

    [GuestTest]
    public static void Bytes_survive()
    {
        using var folder = new TemporaryFolder();
        byte[] data = new byte[300_000];
        new Random(5).NextBytes(data);
        File.WriteAllBytes(folder.File("data.bin"), data);
        Check.That(data.AsSpan().SequenceEqual(File.ReadAllBytes(folder.File("data.bin"))));
    }

    [GuestTest]
    public static void Streams_seek_overwrite_and_cut()
    {
        using var folder = new TemporaryFolder();
        using var stream = new FileStream(folder.File("f"), FileMode.Create, FileAccess.ReadWrite);
        stream.Write("0123456789"u8);
        stream.Position = 3;
        stream.Write("abc"u8);
        stream.Seek(-2, SeekOrigin.End);
        Check.Equal('8', (char)stream.ReadByte());
        stream.SetLength(8);
        stream.Position = 0;
        using var reader = new StreamReader(stream, Encoding.ASCII, false, 16, leaveOpen: true);
        Check.Equal("012abc67", reader.ReadToEnd());
        stream.Position = 20;
        stream.WriteByte(1);
        Check.Equal(21L, stream.Length);
        stream.Position = 10;
        Check.Equal(0, stream.ReadByte());
    }

    [GuestTest]
    public static void StreamReader_and_StreamWriter_over_many_lines()
    {
        using var folder = new TemporaryFolder();
        using (var writer = new StreamWriter(folder.File("lines"), append: false, Encoding.UTF8))
        {
            for (int i = 0; i < 5000; i++)
                writer.WriteLine($"line {i} \u20ac");
        }
        using var reader = new StreamReader(folder.File("lines"));
        int n = 0;
        while (reader.ReadLine() is { } line)
            Check.Equal($"line {n++} \u20ac", line);
        Check.Equal(5000, n);
    }

    [GuestTest]
    public static async Task Asynchronous_reads_and_writes()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("a"), "asynchronous");
        Check.Equal("asynchronous", await File.ReadAllTextAsync(folder.File("a")));
        await using var stream = new FileStream(folder.File("a"), FileMode.Open, FileAccess.Read, FileShare.Read, 1, useAsync: true);
        byte[] part = new byte[5];
        await stream.ReadExactlyAsync(part);
        Check.Equal("async", Encoding.ASCII.GetString(part));
    }

    [GuestTest]
    public static void Files_are_copied_moved_and_deleted()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("a"), "x");
        File.Copy(folder.File("a"), folder.File("b"));
        Check.Throws<IOException>(() => File.Copy(folder.File("a"), folder.File("b")));
        File.Move(folder.File("b"), folder.File("c"));
        Check.That(!File.Exists(folder.File("b")) && File.ReadAllText(folder.File("c")) == "x");
        File.Delete(folder.File("c"));
        File.Delete(folder.File("c"));
        Check.That(!File.Exists(folder.File("c")));
    }

    [GuestTest]
    public static void Modes_of_opening_hold()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("m");
        Check.Throws<FileNotFoundException>(() => File.Open(path, FileMode.Open));
        File.Open(path, FileMode.CreateNew).Dispose();
        Check.Throws<IOException>(() => File.Open(path, FileMode.CreateNew));
        File.WriteAllText(path, "abc");
        using (FileStream append = File.Open(path, FileMode.Append))
            append.Write("d"u8);
        Check.Equal("abcd", File.ReadAllText(path));
        File.Open(path, FileMode.Truncate).Dispose();
        Check.Equal(0L, new FileInfo(path).Length);
        using FileStream read = File.OpenRead(path);
        Check.Throws<NotSupportedException>(() => read.WriteByte(1));
    }

    [GuestTest]
    public static void What_is_not_there_is_named()
    {
        string gone = $"{Where.Temporary}/no-such-folder/file";
        var e = Check.Throws<DirectoryNotFoundException>(() => File.ReadAllText(gone));
        Check.Contains("no-such-folder", e.Message);
        Check.Equal($"{Where.Temporary}/none", Check.Throws<FileNotFoundException>(() => File.ReadAllText($"{Where.Temporary}/none")).FileName);
        Check.Throws<UnauthorizedAccessException>(() => File.ReadAllText(Where.Temporary));
    }

    [GuestTest]
    public static void Random_access_by_offset()
    {
        using var folder = new TemporaryFolder();
        using var handle = File.OpenHandle(folder.File("r"), FileMode.Create, FileAccess.ReadWrite);
        RandomAccess.Write(handle, "world"u8, 6);
        RandomAccess.Write(handle, "hello "u8, 0);
        byte[] all = new byte[11];
        Check.Equal(11, RandomAccess.Read(handle, all, 0));
        Check.Equal("hello world", Encoding.ASCII.GetString(all));
        Check.Equal(11L, RandomAccess.GetLength(handle));
    }

    [GuestTest]
    public static void Several_threads_write_their_own_files()
    {
        using var folder = new TemporaryFolder();
        Parallel.For(0, 16, n =>
        {
            for (int round = 0; round < 5; round++)
            {
                File.WriteAllText(folder.File($"f{n}"), new string((char)('a' + n), 1000 + n));
                string back = File.ReadAllText(folder.File($"f{n}"));
                if (back.Length != 1000 + n || back.Any(c => c != 'a' + n))
                    throw new CheckException($"file {n} holds something else");
            }
        });
        Check.Equal(16, Directory.GetFiles(folder.Path).Length);
    }

    [GuestTest]
    public static void Times_of_writing_go_forward()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("t"), "1");
        DateTime first = File.GetLastWriteTimeUtc(folder.File("t"));
        Check.That((DateTime.UtcNow - first).Duration() < TimeSpan.FromHours(1), $"written {first:O}");
        var set = new DateTime(2020, 2, 3, 4, 5, 6, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(folder.File("t"), set);
        Check.Equal(set, File.GetLastWriteTimeUtc(folder.File("t")));
    }

    [GuestTest]
    public static void BinaryReader_and_BinaryWriter()
    {
        using var folder = new TemporaryFolder();
        using (var writer = new BinaryWriter(File.Create(folder.File("b"))))
        {
            writer.Write(42);
            writer.Write(2.5);
            writer.Write("text");
        }
        using var reader = new BinaryReader(File.OpenRead(folder.File("b")));
        Check.Equal((42, 2.5, "text"), (reader.ReadInt32(), reader.ReadDouble(), reader.ReadString()));
        Check.Throws<EndOfStreamException>(() => reader.ReadByte());
    }
}
