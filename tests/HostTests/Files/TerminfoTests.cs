using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using MicroLake.Files;
using Xunit;

namespace MicroLake.HostTests.Files;

public sealed class TerminfoTests
{
    [Fact]
    public void The_compiled_form_follows_term_5()
    {
        byte[] file = new TerminfoEntry("ab|c").Number(1, 7).Text(2, "x\e").Text(0, "\a").Compile();
        short[] header = [.. Enumerable.Range(0, 6).Select(i => BinaryPrimitives.ReadInt16LittleEndian(file.AsSpan(i * 2)))];
        Assert.Equal([0x11A, 5, 0, 2, 3, 5], header);
        Assert.Equal("ab|c\0", Encoding.ASCII.GetString(file, 12, 5));
        // One byte of padding, then numbers, offsets and the string table.
        Assert.Equal([-1, 7, 0, -1, 2], Enumerable.Range(0, 5).Select(i => (int)BinaryPrimitives.ReadInt16LittleEndian(file.AsSpan(18 + (i * 2)))));
        Assert.Equal("\a\0x\e\0", Encoding.Latin1.GetString(file, 28, file.Length - 28));
    }

    [Fact]
    public void Ncurses_reads_the_same_capabilities()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("terminfo");
        try
        {
            Directory.CreateDirectory(Path.Combine(folder.FullName, "x"));
            File.WriteAllBytes(Path.Combine(folder.FullName, "x", Xterm.Name), Xterm.Terminfo());
            var start = new ProcessStartInfo("infocmp", ["-1", "-x", "-A", folder.FullName, Xterm.Name]) { RedirectStandardOutput = true };
            using Process process = Process.Start(start)!;
            string text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
            foreach (string expected in new[]
            {
                "colors#0x100", "clear=\\E[H\\E[2J", "cup=\\E[%i%p1%d;%p2%dH", "op=\\E[39;49m", "kcuu1=\\EOA", "kend=\\EOF", "kf12=\\E[24~",
                "civis=\\E[?25l", "cnorm=\\E[?25h", "smkx=\\E[?1h\\E=",
                "setaf=\\E[%?%p1%{8}%<%t3%p1%d%e%p1%{16}%<%t9%p1%{8}%-%d%e38;5;%p1%d%;m",
            })
                Assert.Contains($"\t{expected},", text, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Fixed_files_can_be_listed_and_read_and_not_changed()
    {
        VirtualFileSystem tree = new();
        tree.Mount("/usr/share", new FixedFileSystem(new Dictionary<string, Func<ReadOnlyMemory<byte>>> { ["a"] = () => "hello"u8.ToArray() }));
        FileContext files = new(tree);
        Assert.Equal(Errno.EROFS, files.Open("/usr/share/a", OpenFlags.WriteOnly, 0, out _));
        Assert.Equal(Errno.ENOENT, files.Open("/usr/share/b", OpenFlags.ReadOnly, 0, out _));
        Assert.Equal(Errno.None, files.Open("/usr/share/a", OpenFlags.ReadOnly, 0, out int descriptor));
        using DescriptorTable.Borrowed file = files.Descriptors.Borrow(descriptor);
        byte[] buffer = new byte[10];
        Assert.Equal(Errno.None, file.File!.Read(buffer, out int count));
        Assert.Equal("hello", Encoding.ASCII.GetString(buffer, 0, count));
        Assert.Throws<ArgumentException>(() => new FixedFileSystem(new Dictionary<string, Func<ReadOnlyMemory<byte>>> { ["a/b"] = () => default }));
    }
}
