using System.Text.Json;
using MicroLake.Shell;
using Xunit;

namespace MicroLake.HostTests.Shell;

/// <summary>Every command over the fake machine and a folder of the host.</summary>
public sealed class CommandTests : ShellFixture
{
    [Fact]
    public void Every_command_explains_itself()
    {
        foreach (CommandDescriptor command in Shell.Commands.All)
        {
            (int status, string output) = Run("help " + command.Name);
            Assert.Equal(0, status);
            Assert.StartsWith($"{command.Name}: {command.Summary}.", output);
        }
        Assert.All(Shell.Commands.All, command => Assert.Contains(command.Summary, Run("help").Output));
        Assert.Equal((1, "error: there is no command 'sl', did you mean ls?\n"), Run("help sl"));
    }

    [Theory]
    [InlineData("help")]
    [InlineData("version")]
    [InlineData("dmesg")]
    [InlineData("ps")]
    [InlineData("mem")]
    [InlineData("irq")]
    [InlineData("lspci")]
    [InlineData("devices")]
    [InlineData("ls @")]
    [InlineData("df")]
    [InlineData("history")]
    [InlineData("bench")]
    public void Lists_are_JSON_arrays_of_objects_on_request(string line)
    {
        (int status, string output) = Run(line + " --json");
        Assert.Equal(0, status);
        using JsonDocument document = JsonDocument.Parse(output);
        Assert.Equal(JsonValueKind.Array, document.RootElement.ValueKind);
        Assert.All(document.RootElement.EnumerateArray(), row => Assert.Equal(JsonValueKind.Object, row.ValueKind));
        Assert.EndsWith("\n", output);
    }

    [Theory]
    [InlineData("ps --jsno", "error: ps: there is no option --jsno, use: ps [--json]\n")]
    [InlineData("uptime now", "error: uptime: 'now' is one argument too many, use: uptime\n")]
    [InlineData("cat", "error: cat: FILE is missing, use: cat FILE...\n")]
    [InlineData("hexdump -n", "error: hexdump: -n needs a value, use: hexdump [-n BYTES] [-s SKIP] FILE\n")]
    [InlineData("top -n 0", "error: top: -n is '0', not a whole number from 1 to 1000000, use: top [--once] [-n TIMES] [-d SECONDS] [--json|--graphics]\n")]
    public void A_wrong_call_says_how_to_call_it(string line, string error) => Assert.Equal((2, error), Run(line));

    [Fact]
    public void Facts_about_the_machine_are_shown()
    {
        Assert.Contains(".NET 9.0.20 NativeAOT", Run("version").Output);
        Assert.Matches(@"^up 01:01:0\d, idle (49|50)\.\d %\n$", Run("uptime").Output);
        Assert.Equal("[    0.001500] MicroLake \"starts\"\n", Run("dmesg").Output);
        Assert.Contains("free         40.0 MiB  page frames that nobody has", Run("mem --gc").Output);
        Assert.Contains("    48  local     1234  timer", Run("irq").Output);
        Assert.Contains("0000:00:1f.2  8086    2922    010601  -       SATA controller (AHCI)", Run("lspci").Output);
        Assert.Contains("com1  serial  ports 3f8-3ff  ready", Run("devices").Output);
    }

    [Fact]
    public void Processes_are_listed_before_the_threads()
    {
        Machine.ProcessList.Add(new(0x10002, "b", 3, 40, 5 << 20, 64 << 20, 700, 150, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3657)) { Swapped = 2 << 20 });
        Machine.ProcessList.Add(new(0x10001, "a", 1, 7, 4096, 32 << 20, 1, 0, TimeSpan.Zero, TimeSpan.FromSeconds(3661)));
        Assert.StartsWith("""
            process  name  threads  handles    memory   swapped     limit     %  most   time  faults
              65537  a           1        7  4.00 KiB       0 B  32.0 MiB   0.0     -  0.000       1
              65538  b           3       40  5.00 MiB  2.00 MiB  64.0 MiB  50.0   150  2.000     700

            id  name
            """, Run("ps").Output, StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(Run("ps --json").Output);
        JsonElement[] rows = [.. document.RootElement.EnumerateArray()];
        Assert.Equal(["process", "process", "thread", "thread"], rows.Select(r => r.GetProperty("kind").GetString()));
        Assert.Equal(5 << 20, rows[1].GetProperty("memory").GetInt64());
        Assert.Equal("main", rows[2].GetProperty("name").GetString());
    }

    [Fact]
    public void Options_before_the_operands_are_told_from_those_of_another_program()
    {
        ArgumentReader arguments = new(Shell.Commands.Find("ls")!, ["--a", "1", "--b", "2", "--a", "3", "x", "--a", "4"]);
        Assert.Equal([("--a", "1"), ("--b", "2"), ("--a", "3")], arguments.LeadingOptions("--a", "--b"));
        Assert.Equal("x", arguments.Required("FILE"));
        Assert.Equal(["--a", "4"], arguments.Remainder());
        arguments = new(Shell.Commands.Find("ls")!, ["--a"]);
        Assert.Contains("--a needs a value", Assert.Throws<CommandException>(() => arguments.LeadingOptions("--a")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Threads_are_listed_with_the_share_that_they_have_had_in_their_lives() =>
        Assert.Equal("id  name   state    priority  cpu     %   time  switches\n 1  main   running         8    0  75.0  1.500         4\n 2  timer  waiting         8    0   0.0  0.250        17\n", Run("ps").Output);

    [Fact]
    public void Top_shows_what_was_done_in_an_interval()
    {
        string output = Run("top --once").Output;
        Assert.StartsWith("up 01:01:0", output, StringComparison.Ordinal);
        Assert.Contains("40.0 MiB of 64.0 MiB free, 2 threads\n", output);
        Assert.Contains("cpu  use %  switches/s  interrupts/s  ready  taken over\n  0   25.0         100            10      1           2\n", output);
        Assert.Contains(" 1  main   running         8    0  0.0  1.500         4\n", output);
        Assert.DoesNotContain("\e", output);

        using JsonDocument document = JsonDocument.Parse(Run("top --json").Output);
        JsonElement root = document.RootElement;
        Assert.Equal(1.0, root.GetProperty("interval").GetDouble());
        Assert.Equal(64L << 20, root.GetProperty("memory").GetProperty("total").GetInt64());
        Assert.Equal(25.0, root.GetProperty("processors")[0].GetProperty("use").GetDouble(), 6);
        Assert.Equal("main", root.GetProperty("threads")[0].GetProperty("name").GetString());
    }

    [Fact]
    public void JSON_carries_numbers_as_numbers()
    {
        using JsonDocument memory = JsonDocument.Parse(Run("mem --json").Output);
        Assert.Equal(64L << 20, memory.RootElement[0].GetProperty("bytes").GetInt64());
        using JsonDocument devices = JsonDocument.Parse(Run("lspci --json").Output);
        Assert.Equal(JsonValueKind.Null, devices.RootElement[0].GetProperty("driver").ValueKind);
    }

    [Fact]
    public void Files_are_listed_printed_copied_and_removed()
    {
        File.WriteAllText(Folder + "/b.txt", "hello\n");
        Assert.Equal((0, ""), Run("mkdir @/a; mkdir -p @/c/d; cp @/b.txt @/a; cp @/b.txt '@/a/x y'"));
        Assert.Equal((0, ""), Run("cp @/b.txt /dev/null"));
        Assert.Equal((0, "a/\nb.txt\nc/\n"), Run("ls @"));
        Assert.Equal((0, "b.txt\nx y\n"), Run("ls @/a"));
        using (JsonDocument entries = JsonDocument.Parse(Run("ls --json @/a @ @/a/b.txt").Output))
        {
            Assert.Equal(
                ["@/a b.txt", "@/a x y", "@ a", "@ b.txt", "@ c", "@/a b.txt"],
                entries.RootElement.EnumerateArray().Select(e =>
                    $"{e.GetProperty("folder").GetString()} {e.GetProperty("name").GetString()}"));
        }
        Assert.Equal((0, "hello\nhello\n"), Run("cat @/b.txt '@/a/x y'"));
        Assert.Equal((0, ""), Run("cp -r @/a @/copy; rm @/b.txt; rm -r @/a"));
        Assert.Equal((0, "c/\ncopy/\n"), Run("ls @"));
        Assert.Equal((0, "hello\n"), Run("cat '@/copy/x y'"));
        Assert.Matches(@"file +6 B +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d  b\.txt", Run("ls -l @/copy").Output);
    }

    [Theory]
    [InlineData("cat @/missing", "cat: there is no file or folder '@/missing', see ls for what is there")]
    [InlineData("ls @/missing", "ls: there is no file or folder '@/missing', see ls for what is there")]
    [InlineData("cat @", "cat: '@' is a folder, name a file in it")]
    [InlineData("rm @/missing", "rm: there is no file or folder '@/missing', see ls for what is there")]
    [InlineData("rm @/d", "rm: '@/d' is a folder, add -r to remove it with what is in it")]
    [InlineData("cp @/d @/e", "cp: '@/d' is a folder, add -r to copy it with what is in it")]
    [InlineData("cp -r @/d @/d/e", "cp: a folder cannot be copied into itself, choose another place")]
    [InlineData("cp @/f @/f", "cp: '@/f' would be copied onto itself, choose another name")]
    [InlineData("cp @/f @/f @/nowhere", "cp: '@/nowhere' is no folder, several files can only be copied into a folder")]
    [InlineData("mkdir @/d", "mkdir: '@/d' is there already, choose another name")]
    [InlineData("mkdir @/x/y", "mkdir: there is no folder '@/x', add -p to make it, too")]
    [InlineData("mv @/missing @/x", "mv: there is no file or folder '@/missing', see ls for what is there")]
    [InlineData("mv @/f @/f", "mv: '@/f' would be moved onto itself, choose another name")]
    [InlineData("mv @/d @/f", "mv: '@/f' is a file, name a folder, or remove it before")]
    [InlineData("mv @/f @/d @/nowhere", "mv: '@/nowhere' is no folder, several files can only be moved into a folder")]
    [InlineData("echo x > @/d", "echo: Access to the path '@/d' is denied, write to /tmp instead")]
    [InlineData("df @/missing", "df: there is no file or folder '@/missing', see ls for what is there")]
    [InlineData("cd @/f", "cd: '@/f' is a file, name a folder")]
    public void What_cannot_be_done_with_files_gives_one_clear_line(string line, string error)
    {
        Directory.CreateDirectory(Folder + "/d");
        File.WriteAllText(Folder + "/f", "x");
        Assert.Equal((1, $"error: {error}\n"), Run(line));
        Assert.Equal(["d", "f"], Directory.EnumerateFileSystemEntries(Folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Files_and_folders_are_moved()
    {
        Assert.Equal((0, ""), Run("mkdir @/a; mkdir @/b; mkdir @/empty; echo one > @/a/f; echo two > @/g"));
        Assert.Equal((0, ""), Run("mv @/g @/a/f; mv @/a/f @/b"));
        Assert.Equal((0, "two\n"), Run("cat @/b/f"));
        Assert.Equal((0, ""), Run("mv @/b @/c; mv @/c @/empty/; mv @/empty/c @/a/c"));
        Assert.Equal((0, "a/\nempty/\n"), Run("ls @"));
        Assert.Equal((0, "f\n"), Run("ls @/a/c"));
        // A folder of that name gives way only where it is empty.
        Assert.Equal((0, ""), Run("mkdir @/d; mkdir @/e; touch @/d/x; mv @/d @/empty; mv @/e @/empty"));
        Assert.Equal((0, ""), Run("mkdir @/e; mv @/e @/empty"));
        Assert.Equal((0, ""), Run("mkdir @/d"));
        Assert.Equal(1, Run("mv @/d @/empty").Status);
        Assert.Equal((0, "d/\ne/\n"), Run("ls @/empty"));
    }

    [Fact]
    public void A_file_moves_between_file_systems()
    {
        string other = Directory.CreateTempSubdirectory("shell").FullName;
        if (Directory.Exists("/dev/shm"))
        {
            Directory.Delete(other);
            other = Directory.CreateDirectory($"/dev/shm/{Path.GetFileName(other)}").FullName;
        }

        try
        {
            Assert.Equal((0, ""), Run($"mkdir -p @/d/e; echo x > @/d/e/f; echo y > @/g; mv @/d {other}; mv @/g {other}/h"));
            Assert.Equal((0, ""), Run("ls @"));
            Assert.Equal((0, "x\ny\n"), Run($"cat {other}/d/e/f {other}/h"));
            Assert.Equal(["d", "h"], Directory.EnumerateFileSystemEntries(other).Select(Path.GetFileName).Order());
        }
        finally
        {
            Directory.Delete(other, recursive: true);
        }
    }

    [Fact]
    public void Output_goes_into_files()
    {
        Assert.Equal((0, ""), Run("echo one > @/f; echo two >> @/f; > @/empty"));
        Assert.Equal((0, "one\ntwo\n"), Run("cat @/f"));
        Assert.Equal((0, "new\n"), Run("echo new > @/f; cat @/f"));
        // Errors are shown, and what was written before one stays.
        Assert.Equal((1, "error: cat: there is no file or folder '@/missing', see ls for what is there\n"), Run("cat @/f @/missing > @/both"));
        Assert.Equal((0, "new\n"), Run("cat @/both"));
        Assert.Equal((1, "error: >: Access to the path '@' is denied, write to /tmp instead\n"), Run("> @"));
        Assert.Equal(0, new FileInfo(Folder + "/empty").Length);
        Assert.Contains("lake> ", Interact("ls @ > @/names\r"), StringComparison.Ordinal);
        Assert.Equal("both\nempty\nf\nnames\n", File.ReadAllText(Folder + "/names"));
    }

    [Fact]
    public void Touch_makes_files_and_sets_their_times()
    {
        File.WriteAllText(Folder + "/f", "x");
        File.SetLastWriteTimeUtc(Folder + "/f", DateTime.UnixEpoch);
        Assert.Equal((0, ""), Run("touch @/f @/new; touch -c @/none; touch @"));
        Assert.True(File.GetLastWriteTimeUtc(Folder + "/f") > DateTime.UnixEpoch);
        Assert.Equal("x", File.ReadAllText(Folder + "/f"));
        Assert.Equal((0, "f\nnew\n"), Run("ls @"));
    }

    [Fact]
    public void What_is_mounted_is_listed_with_its_room()
    {
        Assert.Contains("mounted at", Run("df").Output, StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(Run("df --json @").Output);
        JsonElement row = Assert.Single(document.RootElement.EnumerateArray());
        Assert.Equal(row.GetProperty("size").GetInt64(), row.GetProperty("used").GetInt64() + row.GetProperty("free").GetInt64());
    }

    [Fact]
    public void A_copied_folder_keeps_its_links()
    {
        Directory.CreateDirectory(Folder + "/d");
        File.WriteAllText(Folder + "/d/f", "x");
        File.CreateSymbolicLink(Folder + "/d/up", "..");
        Assert.Equal((0, ""), Run("cp -r @/d @/e"));
        Assert.Equal("..", new FileInfo(Folder + "/e/up").LinkTarget);
        Assert.Equal("x", File.ReadAllText(Folder + "/e/f"));
    }

    [Fact]
    public void Rm_with_f_does_not_mind_what_is_not_there() => Assert.Equal((0, ""), Run("rm -f @/missing; rm -rf @/missing"));

    [Fact]
    public void Cat_and_hexdump_show_every_byte()
    {
        byte[] data = [.. Enumerable.Range(0, 256).Select(i => (byte)i), .. new byte[64]];
        File.WriteAllBytes(Folder + "/f", data);
        using MemoryStream output = new();
        Assert.Equal(0, Shell.RunScript($"cat {Folder}/f", output, TestContext.Current.CancellationToken));
        Assert.Equal(data, output.ToArray());
        string[] lines = Run("hexdump @/f").Output.Split('\n');
        Assert.Equal("00000000  00 01 02 03 04 05 06 07  08 09 0a 0b 0c 0d 0e 0f  |................|", lines[0]);
        Assert.Equal("00000040  40 41 42 43 44 45 46 47  48 49 4a 4b 4c 4d 4e 4f  |@ABCDEFGHIJKLMNO|".Replace("@", "@"), lines[4]);
        Assert.Equal(["*", "00000140"], lines[17..19]);
        Assert.StartsWith("00000030  30 31", Run("hexdump -s 48 -n 2 @/f").Output);
    }

    [Fact]
    public void The_current_folder_can_be_changed()
    {
        string before = Directory.GetCurrentDirectory();
        try
        {
            Directory.CreateDirectory(Folder + "/d");
            Assert.Equal((0, "@/d\n"), Run("cd @/d; pwd"));
            Assert.Equal((0, "/\n"), Run("cd; pwd"));
        }
        finally
        {
            Directory.SetCurrentDirectory(before);
        }
    }

    [Fact]
    public void Benchmarks_are_found_by_name_and_prefix()
    {
        Benchmarks.Add(new FakeBenchmark("runtime.lock")).Add(new FakeBenchmark("runtime.gc")).Add(new FakeBenchmark("infer"));
        Assert.Contains("runtime.lock  measures runtime.lock", Run("bench").Output);
        using JsonDocument results = JsonDocument.Parse(Run("bench runtime --json").Output);
        Assert.Equal(2, results.RootElement.GetArrayLength());
        Assert.Equal(2.5, results.RootElement[0].GetProperty("median").GetDouble());
        Assert.Equal((1, "error: there is no benchmark 'run', type bench for a list\n"), Run("bench run"));
    }

    private sealed class FakeBenchmark(string name) : IGuestBenchmark
    {
        public string Name => name;

        public string Summary => "measures " + name;

        public IReadOnlyList<BenchmarkResult> Run(ProgressLine progress) => [new(name, "ns", 1, 2.5, 4)];
    }
}
