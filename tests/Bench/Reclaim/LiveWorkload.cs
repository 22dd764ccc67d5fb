using MicroLake.ModelTool.Workloads;
using MicroLake.Nn.Training;
using MicroLake.PageUse;
using MicroLake.Replay.Reclaim;

namespace MicroLake.Bench.Reclaim;

/// <summary>What a program in the guest does with a file on a disk, and which pages that are.</summary>
/// <param name="Arguments">Of the program; files are in the folder that the guest is shown, and under /data.</param>
internal sealed record LiveWorkload(string Name, string Arguments, AccessTrace Trace)
{
    /// <summary>The files under /data.</summary>
    public const string Pages = "pages", Rows = "rows";

    /// <summary>Pages of the cache that the workloads' sizes follow: what a machine of 64 MiB has.</summary>
    public const int Capacity = 1900;

    private const int Length = 30_000;
    private const int RowPages = 2600;
    private const int Epochs = 4;

    /// <summary>Those whose pages are generated, with a seed that neither training nor its report has used.</summary>
    private static readonly (string Name, ulong Seed)[] s_generated = [("scan-hot", 77_001), ("loop", 77_002), ("zipf", 77_003), ("phases", 77_004)];

    /// <summary>Makes all, and their files, in a folder.</summary>
    public static IReadOnlyList<LiveWorkload> Make(string folder)
    {
        var all = new List<LiveWorkload>();
        int most = 0;
        foreach ((string name, ulong seed) in s_generated)
        {
            // Numbered by first use, a scan is one of the file, too.
            AccessTrace trace = PageWorkloads.Generate(name, new SeededRandom(seed), Capacity, Length).Trace;
            File.WriteAllBytes(Path.Combine(folder, name), System.Runtime.InteropServices.MemoryMarshal.AsBytes<int>(trace.Objects).ToArray());
            all.Add(new(name, $"pages /host/{name} /data/{Pages}", trace));
            most = Math.Max(most, trace.ObjectCount);
        }

        Write(Path.Combine(folder, Pages), most, static (page, random) =>
        {
            foreach (ref ulong word in System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ulong>(page))
                word = random.NextBits();
        });
        string rows = Path.Combine(folder, Rows);
        Write(rows, RowPages, TrainingRun.Generate);
        all.Add(new("training", $"train /data/{Rows} {Epochs}", Train(rows)));
        return all;
    }

    /// <summary>The pages that the training needs: by the same code, here.</summary>
    private static AccessTrace Train(string rows)
    {
        var read = new List<int>();
        byte[] file = File.ReadAllBytes(rows);
        TrainingRun.Train(RowPages, Epochs, (number, page) =>
        {
            read.Add(number);
            file.AsSpan(number * TrainingRun.PageBytes, TrainingRun.PageBytes).CopyTo(page);
        });
        return AccessTrace.Of(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(read));
    }

    private static void Write(string path, int pages, Action<Span<byte>, SeededRandom> fill)
    {
        var random = new SeededRandom(1);
        byte[] page = new byte[TrainingRun.PageBytes];
        using FileStream file = File.Create(path);
        for (int i = 0; i < pages; i++)
        {
            fill(page, random);
            file.Write(page);
        }
    }
}
