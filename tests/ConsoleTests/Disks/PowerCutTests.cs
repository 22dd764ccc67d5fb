using System.Globalization;
using System.Text.RegularExpressions;
using MicroLake.ConsoleTests.Devices;
using MicroLake.ConsoleTests.Harness;
using MicroLake.Files;
using MicroLake.Storage;
using MicroLake.Tool.Qemu;
using MicroLake.Tool.Testing;
using MicroLake.Tool.Workspace;
using Xunit;

namespace MicroLake.ConsoleTests.Disks;

/// <summary>
/// QEMU is killed while the guest writes to its disk, again and again with the same disk: each file that the guest said was durable is there and whole,
/// the others are old or new, and nothing needs repair.
/// </summary>
public sealed partial class PowerCutTests : IDisposable
{
    private const int Rounds = 4, SoakRounds = 200;
    private const int Sources = 5;
    private const int Targets = 7;
    private const int Steps = 400;

    private readonly TemporaryDisk _disk = new(4 << 20);
    private readonly string _share;
    private readonly byte[][] _sources = new byte[Sources][];

    public PowerCutTests()
    {
        _share = Directory.CreateDirectory(Path.Combine(_disk.Folder, "share")).FullName;
        Random random = new(1);
        for (int i = 0; i < Sources; i++)
        {
            _sources[i] = new byte[20_000 * (i + 1)];
            random.NextBytes(_sources[i]);
            File.WriteAllBytes(Path.Combine(_share, $"s{i}"), _sources[i]);
        }
    }

    public void Dispose() => _disk.Dispose();

    [Fact]
    public void What_was_durable_is_there_and_whole_whenever_the_machine_dies()
    {
        using (DiskFile file = DiskFile.Open(_disk.Path, write: true))
            DiskFormat.Create(file);
        string exec = Path.Combine(_disk.Folder, "exec");
        // What each target may hold: the sources, or null for no file.
        var allowed = new List<int?>[Targets];
        Array.Fill(allowed, [null]);
        Random random = new(2);
        int rounds = Environment.GetEnvironmentVariable(TestRun.SoakMinutes) is null ? Rounds : SoakRounds;
        for (int round = 0; round < rounds; round++)
        {
            int first = round * Steps;
            File.WriteAllLines(exec, Enumerable.Range(first, Steps).Select(
                step => $"cp /host/s{SourceOf(step)} /data/f{step % Targets}; {(step % 3 == 0 ? $"sync; echo durable {step}" : "echo")}"));
            int last = RunAndKill(exec, first + random.Next(30), random.Next(100));
            // Every step after the last that is known to be durable may be there, too.
            for (int step = first; step < first + Steps; step++)
            {
                if (step <= last)
                    allowed[step % Targets] = [SourceOf(step)];
                else
                    allowed[step % Targets] = [.. allowed[step % Targets], SourceOf(step)];
            }

            Verify(allowed, round);
        }
    }

    private static int SourceOf(int step) => step * 3 % Sources;

    /// <summary>Kills the guest some moments after it has said that a step is durable. Returns the last that it said.</summary>
    private int RunAndKill(string exec, int step, int moreMilliseconds)
    {
        Machine machine = Product.Machine with { Disks = [_disk.Path], Files = new Dictionary<string, string> { [GuestFile.Exec] = exec } };
        using var console = new GuestConsole(machine, _share);
        string text = console.WaitForText($"durable {(step + 2) / 3 * 3}\n");
        // Not to wait for anything: to kill at any point of what comes next.
        Thread.Sleep(moreMilliseconds);
        return int.Parse(Durable().Matches(text)[^1].Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private void Verify(List<int?>[] allowed, int round)
    {
        using DiskFile file = DiskFile.Open(_disk.Path, write: false);
        DiskCheck check = DiskCheck.Run(file);
        Assert.True(check.Problems.Count == 0, $"round {round}: {string.Join('\n', check.Problems)}");
        FileContext files = DiskFiles.Mount(file, out _);
        for (int target = 0; target < Targets; target++)
        {
            int? found = null;
            if (files.Status($"/data/f{target}", true, out _) == Errno.None)
            {
                MemoryStream content = new();
                DiskFiles.Get(files, $"/data/f{target}", content);
                found = Array.FindIndex(_sources, source => source.AsSpan().SequenceEqual(content.GetBuffer().AsSpan(0, (int)content.Length)));
            }

            Assert.True(allowed[target].Contains(found), $"round {round}: f{target} is {found}, not one of {string.Join(", ", allowed[target])}");
            allowed[target] = [found];
        }
    }

    [GeneratedRegex(@"durable (\d+)\r?\n")]
    private static partial Regex Durable();
}
