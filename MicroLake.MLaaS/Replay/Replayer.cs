using MicroLake.Nn;
using MicroLake.Replay.Models;
using MicroLake.Replay.Prefetch;
using MicroLake.Replay.Reclaim;
using MicroLake.Replay.Report;
using MicroLake.Replay.Scheduling;

namespace MicroLake.Replay;

/// <summary>Replays a trace file and writes what came of it.</summary>
public static class Replayer
{
    /// <exception cref="ReplayException">A file cannot be used; the message names it.</exception>
    /// <exception cref="OperationCanceledException">The user does not want to wait.</exception>
    public static void Run(ReplayOptions options, TextWriter output, ReplayLimits limits, CancellationToken cancellation = default)
    {
        ReplayReport report = options.Hook switch
        {
            SchedulingReplay.Hook => Schedule(options, limits, cancellation),
            ReclaimReplay.Hook => ReclaimReplay.Run(Read(options.Trace, s => AccessTraceReader.Read(s, limits.MaxAccesses)),
                options.Capacity, options.Policy, Model(options, ReclaimReplay.Module), cancellation),
            _ => PrefetchReplay.Run(Read(options.Trace, s => FileAccessReader.Read(s, limits.MaxAccesses)), options.Capacity, options.Policy, cancellation),
        };
        if (options.Json)
            report.WriteJson(output);
        else
            report.WriteText(output);
    }

    private static ReplayReport Schedule(ReplayOptions options, ReplayLimits limits, CancellationToken cancellation)
    {
        JobLog log = Read(options.Trace, s => SwfReader.Read(s, limits.MaxJobs));
        OnnxModel model = Model(options, SchedulingReplay.Module);
        return SchedulingReplay.Run(options.Load is { } load ? log.Scaled(options.Servers, load) : log, options.Servers, options.Policy, model, cancellation);
    }

    private static OnnxModel Model(ReplayOptions options, string module) =>
        options.Model is not { } path ? ShippedModel.Load(module) : Read(path, stream =>
        {
            if (stream.Length > ShippedModel.MaxFileBytes)
                throw new ReplayException($"it has {stream.Length} bytes; a model for a decision has at most {ShippedModel.MaxFileBytes}");
            byte[] file = new byte[stream.Length];
            stream.ReadExactly(file);
            return ShippedModel.Load(file);
        });

    private static T Read<T>(string path, Func<FileStream, T> read)
    {
        string name = Input.TraceLines.Excerpt(System.Text.Encoding.UTF8.GetBytes(path));
        if (Directory.Exists(path) || !File.Exists(path))
            throw new ReplayException($"there is no file '{name}'");
        try
        {
            using FileStream stream = File.OpenRead(path);
            return read(stream);
        }
        catch (Exception e) when (e is ReplayException or IOException or UnauthorizedAccessException)
        {
            throw new ReplayException($"{name}: {e.Message}");
        }
    }
}
