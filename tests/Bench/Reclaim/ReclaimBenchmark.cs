using System.Globalization;
using System.Text.Json;
using MicroLake.Bench.Guests;
using MicroLake.Bench.Report;
using MicroLake.Nn;
using MicroLake.Replay.Models;
using MicroLake.Replay.Reclaim;
using MicroLake.Tool.Qemu;
using MicroLake.Tool.Workspace;

namespace MicroLake.Bench.Reclaim;

/// <summary>
/// Programs in the guest whose files do not fit into the page cache of /data: the pages that are read from the disk while the module mm-reuse is active, those
/// that its decisions alone and CLOCK's would have read, which the kernel counts beside; and on the same pages, replayed here, LRU, LFU and Belady.
/// </summary>
public sealed class ReclaimBenchmark : IBenchmark
{
    private const int MemoryMiB = 64;
    private const long DiskBytes = 256 << 20;
    private const string Disk = "blk0";

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(4);

    public string Name => "reclaim";

    public string Summary => "pages that programs read from a disk, with the module mm-reuse, heuristics and oracle";

    public IReadOnlyList<Figure> Run(BenchContext context)
    {
        if (context.CountInstructions)
        {
            context.Log.WriteLine($"{Name}: left out, it counts pages");
            return [];
        }

        DirectoryInfo folder = Directory.CreateTempSubdirectory("microlake-bench-reclaim");
        try
        {
            string share = folder.CreateSubdirectory("share").FullName, disk = Path.Combine(folder.FullName, "disk.img");
            File.Copy(ImageProject.At("tests/Programs/PageUse").Build(), Path.Combine(share, "workload.elf"));
            IReadOnlyList<LiveWorkload> workloads = LiveWorkload.Make(share);
            DiskFile.Create(disk, DiskBytes).Dispose();
            string[] devices = [.. QemuArguments.SharedFolder(share), .. QemuArguments.Disk(disk)];
            string files = string.Join("; ", ((string[])[LiveWorkload.Pages, LiveWorkload.Rows]).Select(f => $"cp /host/{f} /data/{f}"));
            _ = MicroLakeGuest.Execute(context.Target, $"disk format {Disk}; {files}; sync", 256, false, s_limit, devices: devices, withPrograms: false);

            OnnxModel model = ShippedModel.Load(ReclaimReplay.Module);
            var figures = new List<Figure>();
            context.Log.WriteLine($"{"workload",-10}{"uses",8}{"cache",7}{"clock live",12}{"clock",8}{"lru",8}{"lfu",8}{"module alone",14}{"read live",11}{"mm-reuse",10}{"belady",8}  gap closed");
            foreach (LiveWorkload workload in workloads)
                figures.Add(Measure(context, workload, devices, model));
            return figures;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Figure Measure(BenchContext context, LiveWorkload workload, string[] devices, OnnxModel model)
    {
        const string Module = ReclaimReplay.Module;
        string output = MicroLakeGuest.Execute(
            context.Target,
            $"mlaas load /boot/modules/{Module}.mlm; mlaas shadow {Module}; mlaas activate {Module}; run /host/workload.elf {workload.Arguments}; mlaas hooks --json; disk cache --json; mlaas list",
            MemoryMiB, false, s_limit, devices: devices, withPrograms: false);
        JsonElement[] tables = [.. output.Split('\n').Where(l => l.StartsWith('[')).Select(l => JsonDocument.Parse(l).RootElement)];
        JsonElement hook = tables[0].EnumerateArray().First(h => h.GetProperty("hook").GetString() == ReclaimReplay.Hook);
        if (hook.GetProperty("mode").GetString() != "active")
            throw new BenchException($"{workload.Name}: {Module} did not stay at {ReclaimReplay.Hook}: {output}");
        // Outcomes are thousandths of a page.
        double uses = hook.GetProperty("outcomes").GetDouble() / 1000;
        double alone = uses * hook.GetProperty("meanOutcome").GetDouble(), clockLive = uses * hook.GetProperty("heuristicOutcome").GetDouble();
        // What was read ahead and used then would have been read all the same.
        int limit = Counted("page limit"), live = Counted("misses") + Counted("of them used");

        int Counted(string counter) => tables[1].EnumerateArray().First(c => c.GetProperty("counter").GetString() == counter).GetProperty("value").GetInt32();

        double Replayed(string policy)
        {
            Capacity capacity = Capacity.OfObjects(limit);
            return workload.Trace.Length - ReclaimReplay.Replay(workload.Trace, capacity, ReclaimReplay.Create(policy, workload.Trace, capacity, model)).Hits;
        }

        double clock = Replayed("clock"), lru = Replayed("lru"), lfu = Replayed("lfu"), again = Replayed(Module), belady = Replayed("belady");
        (string best, double least) = ((string, double)[])[("clock", clock), ("lru", lru), ("lfu", lfu)] is var heuristics ? heuristics.MinBy(h => h.Item2) : default;
        string closed = least > belady ? ((least - live) / (least - belady)).ToString("0.000", CultureInfo.InvariantCulture) : "-";
        context.Log.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{workload.Name,-10}{workload.Trace.Length,8}{limit,7}{clockLive,12:0}{clock,8:0}{lru,8:0}{lfu,8:0}{alone,14:0}{live,11}{again,10:0}{belady,8:0}  {closed}{(live > least ? "  lost" : "")}"));
        return new Figure($"reclaim.{workload.Name}", "pages", Spread.Of([live]), new PeerFigure(best, Spread.Of([least])));
    }
}
