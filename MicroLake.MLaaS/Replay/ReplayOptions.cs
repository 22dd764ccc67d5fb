using System.Globalization;
using MicroLake.Replay.Prefetch;
using MicroLake.Replay.Reclaim;
using MicroLake.Replay.Scheduling;

namespace MicroLake.Replay;

/// <summary>What <c>replay</c> is asked to do: the same words on the host and in the kernel's shell.</summary>
public sealed class ReplayOptions
{
    public const string Usage = "HOOK TRACE [--policy P] [--servers N] [--load R] [--capacity N|BYTES] [--model FILE.onnx] [--json]";

    private const int MaxServers = 1024;

    private static readonly string[] s_hooks = [SchedulingReplay.Hook, ReclaimReplay.Hook, PrefetchReplay.Hook];

    /// <summary>Options with a value, by the hooks that have them.</summary>
    private static readonly Dictionary<string, string[]> s_options = new()
    {
        ["--policy"] = s_hooks,
        ["--model"] = [SchedulingReplay.Hook, ReclaimReplay.Hook],
        ["--capacity"] = [ReclaimReplay.Hook, PrefetchReplay.Hook],
        ["--servers"] = [SchedulingReplay.Hook],
        ["--load"] = [SchedulingReplay.Hook],
    };

    public string Hook { get; private set; } = "";

    public string Trace { get; private set; } = "";

    /// <summary>The one model to show; null for all.</summary>
    public string? Policy { get; private set; }

    /// <summary>A model's file in place of the one that ships.</summary>
    public string? Model { get; private set; }

    public bool Json { get; private set; }

    public int Servers { get; private set; } = 1;

    /// <summary>What arrivals are drawn to; null for arrivals as recorded.</summary>
    public double? Load { get; private set; }

    /// <summary>Of the cache; of <see cref="PrefetchReplay"/> 4096 pages if nothing is said.</summary>
    public Capacity Capacity { get; private set; } = Reclaim.Capacity.OfObjects(4096);

    /// <exception cref="ReplayException">The words make no sense.</exception>
    public static ReplayOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new ReplayOptions();
        var given = new List<string>();
        for (int i = 0; i < arguments.Count; i++)
        {
            string word = arguments[i];
            if (word == "--json")
                options.Json = true;
            else if (word.StartsWith("--", StringComparison.Ordinal))
            {
                if (!s_options.ContainsKey(word))
                    throw new ReplayException($"there is no option {Shorten(word)}; use: replay {Usage}");
                given.Add(word);
                options.Set(word, ++i < arguments.Count ? arguments[i] : throw new ReplayException($"{word} needs a value; use: replay {Usage}"));
            }
            else if (options.Hook.Length == 0)
                options.Hook = word;
            else if (options.Trace.Length == 0)
                options.Trace = word;
            else
                throw new ReplayException($"'{Shorten(word)}' is one argument too many; use: replay {Usage}");
        }

        if (Array.IndexOf(s_hooks, options.Hook) < 0)
            throw new ReplayException((options.Hook.Length == 0 ? "name a hook" : $"there is no replay for '{Shorten(options.Hook)}'") + $"; use one of: {string.Join(", ", s_hooks)}");
        if (options.Trace.Length == 0)
            throw new ReplayException($"name a trace; use: replay {Usage}");
        foreach (string option in given)
            if (Array.IndexOf(s_options[option], options.Hook) < 0)
                throw new ReplayException($"{option} says nothing at {options.Hook}; it is for {string.Join(" and ", s_options[option])}");
        if (options.Hook == ReclaimReplay.Hook && !given.Contains("--capacity"))
            throw new ReplayException("--capacity is missing; give a number of objects, as 4000, or of bytes, as 64MiB");
        return options;
    }

    private void Set(string name, string value)
    {
        switch (name)
        {
            case "--policy": Policy = value; break;
            case "--model": Model = value; break;
            case "--capacity": Capacity = Capacity.Parse(value); break;
            case "--servers":
                Servers = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int servers) && servers is >= 1 and <= MaxServers ? servers
                    : throw new ReplayException($"--servers is '{Shorten(value)}', not a whole number from 1 to {MaxServers}");
                break;
            default:
                Load = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double load) && load is >= 0.001 and <= 100 ? load
                    : throw new ReplayException($"--load is '{Shorten(value)}', not a number from 0.001 to 100, such as 0.8");
                break;
        }
    }

    private static string Shorten(string text) => Input.TraceLines.Excerpt(System.Text.Encoding.UTF8.GetBytes(text));
}
