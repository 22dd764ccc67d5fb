using MicroLake.Bench.Linux;

namespace MicroLake.Bench;

/// <summary>What a benchmark works with. The product is built and the peers are made when first asked for.</summary>
public sealed class BenchContext(Func<BenchTarget> target, string cacheFolder, bool countInstructions, bool withPeers, TextWriter log)
{
    private readonly Lazy<BenchTarget> _target = new(target);
    private readonly Lazy<LinuxGuest> _linux = new(() => new LinuxGuest(Path.Combine(cacheFolder, "linux"), log));
    private readonly Lazy<LinuxGuest> _linuxWithDrivers = new(() => new LinuxGuest(Path.Combine(cacheFolder, "linux-drivers"), log, withDrivers: true));

    public BenchTarget Target => _target.Value;

    public LinuxGuest Linux => _linux.Value;

    /// <summary>One that can use devices; its kernel is larger and boots slower.</summary>
    public LinuxGuest LinuxWithDrivers => _linuxWithDrivers.Value;

    /// <summary>Whether to count instructions, which repeat exactly, instead of time.</summary>
    public bool CountInstructions { get; } = countInstructions;

    public bool WithPeers { get; } = withPeers;

    /// <summary>A folder that keeps files from one run to the next.</summary>
    public string CacheFolder { get; } = cacheFolder;

    /// <summary>What goes on, for people; figures do not go here.</summary>
    public TextWriter Log { get; } = log;
}
