using System.Text;
using System.Text.Json;
using MicroLake.Tool.Host;
using MicroLake.Tool.Protocol;
using MicroLake.Tool.Qemu;
using MicroLake.Tool.Testing;
using MicroLake.Tool.Workspace;

namespace MicroLake.GuestTests;

/// <summary>One boot of the test image: what its tests reported, and how the guest left.</summary>
/// <param name="Tests">By full name; a name reported twice is part of <paramref name="Trouble"/>.</param>
/// <param name="Trouble">What went wrong besides failed tests, or null.</param>
public sealed record GuestRun(IReadOnlyDictionary<string, TestRecord> Tests, string? Trouble)
{
    private static readonly Dictionary<string, Lazy<GuestRun>> s_runs =
        Profile.All.ToDictionary(p => p.Name, p => new Lazy<GuestRun>(() => Boot(p)));

    /// <summary>The run on a profile; the guest is booted at the first call.</summary>
    public static GuestRun On(string profile) => s_runs[profile].Value;

    private static GuestRun Boot(Profile profile)
    {
        if (GuestFilter.For(Environment.GetEnvironmentVariable(GuestFilter.Variable), profile.Name) is not { } filter)
            return new GuestRun(new Dictionary<string, TestRecord>(), null);
        TimeSpan limit = TimeSpan.FromMinutes(10);
        MemoryStream panicText = new();
        GuestReader reader = new(Stream.Null, panicText);
        Terminal.Note($"booting the test image: {profile.Name}");
        BatchResult result;
        string log;
        try
        {
            result = TestImage.Run(profile, filter.Length == 0 ? [] : [$"filter={filter}"], limit, reader, out log);
        }
        catch (Tool.ToolException failure)
        {
            return new GuestRun(new Dictionary<string, TestRecord>(), failure.Message);
        }
        Save(profile, reader.Tests);
        Terminal.Note($"{profile.Name}: {reader.Tests.Count} tests reported, {result.End}");

        string? trouble = Judge(result, reader, limit, Encoding.UTF8.GetString(panicText.ToArray()), mayBeEmpty: filter.Length > 0);
        return new GuestRun(
            reader.Tests.DistinctBy(t => t.Name).ToDictionary(t => t.Name),
            trouble is null ? null : $"{trouble}\nserial log: {log}\n{Tail(log)}");
    }

    private static string? Judge(BatchResult result, GuestReader reader, TimeSpan limit, string panicText, bool mayBeEmpty)
    {
        if (result.End == BatchEnd.Panicked)
            return $"the kernel panicked:\n{panicText}";
        if (result.End == BatchEnd.TimedOut)
            return $"the guest did not finish within {limit.TotalMinutes:0} minutes";
        if (result.End != BatchEnd.Completed || result.QemuStatus != 0)
            return $"the guest did not end in order: {result.End}, QEMU status {result.QemuStatus}";
        if (reader.Malformed is { } message)
            return $"the guest sent a message outside the protocol: {message}";
        if (reader.Tests.Count == 0 && !mayBeEmpty)
            return "the guest reported no test";
        if (reader.Tests.GroupBy(t => t.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            return $"{twice.Key} was reported {twice.Count()} times";
        bool anyFailed = reader.Tests.Any(t => t.Outcome == TestOutcome.Failed);
        return anyFailed == (result.Status != 0) ? null : $"the guest ended with status {result.Status}, which its results do not bear out";
    }

    /// <summary>Keeps what the guest reported, for the support table and for people.</summary>
    private static void Save(Profile profile, IReadOnlyList<TestRecord> tests) =>
        File.WriteAllText(Path.Combine(Repository.Artifacts, $"guest-tests-{profile.Name}.json"), JsonSerializer.Serialize(
            tests.Select(t => new { name = t.Name, outcome = t.Outcome.ToString().ToLowerInvariant(), message = t.Message }),
            new JsonSerializerOptions { WriteIndented = true }));

    private static string Tail(string log)
    {
        if (!File.Exists(log))
            return "(the serial log is missing)";
        string text = Encoding.UTF8.GetString(File.ReadAllBytes(log)).Replace("\e", "<ESC>", StringComparison.Ordinal);
        return text[Math.Max(0, text.Length - 2000)..];
    }
}
