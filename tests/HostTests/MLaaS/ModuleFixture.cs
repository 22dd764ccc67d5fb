using System.Formats.Tar;
using System.Text;
using MicroLake.HostTests.Nn;
using MicroLake.HostTests.Services;
using MicroLake.MLaaS.Packages;

namespace MicroLake.HostTests.MLaaS;

/// <summary>A small sound module, whose parts tests replace.</summary>
internal static class ModuleFixture
{
    public const string Manifest = """
        {
            "name": "short-first", "version": "1.2.3", "hook": "sched.pick", "description": "for tests",
            "inputs": [
                { "feature": "burst_ns", "unit": "ns", "least": 0, "most": 100000000, "transform": "log2", "scale": 0.05 },
                { "feature": "priority", "unit": "level", "least": 1, "most": 32, "offset": 16, "scale": 0.1 }
            ],
            "output": { "unit": "ns", "least": 0, "most": 100000000, "scale": 1000000 },
            "guardrails": [ { "property": "over_budget", "most": 5, "window": 100 } ]
        }
        """;

    /// <summary>2-3-1, never negative.</summary>
    public static byte[] Model(float last = 0.5f) => new OnnxBuilder()
        .Input("x", "N", 2).Output("y", "N", 1)
        .Weight("w1", [2, 3], 1, 0, -1, 0, 1, 0).Weight("b1", [3], 0.25f, 0, 0)
        .Weight("w2", [3, 1], last, 0.25f, 0.125f).Weight("b2", [1], 1)
        .Node("Gemm", "x w1 b1", "h").Node("Relu", "h", "r").Node("Gemm", "r w2 b2", "y")
        .ToArray();

    public static Dictionary<string, byte[]> Parts(string manifest = Manifest) => new()
    {
        [ModulePart.Manifest] = Encoding.UTF8.GetBytes(manifest),
        [ModulePart.Model] = Model(),
    };

    public static Dictionary<string, byte[]> ServiceParts() => new()
    {
        [ModulePart.Manifest] = """{ "name": "echo", "version": "1.0.0", "description": "for tests" }"""u8.ToArray(),
        [ModulePart.Service] = ElfBuilder.Small().Build(),
        [ModulePart.ServiceManifest] = """{ "name": "echo", "program": "service.elf", "memory_mib": 48 }"""u8.ToArray(),
    };

    /// <summary>The file of these parts, with their hashes.</summary>
    public static byte[] File(Dictionary<string, byte[]> parts)
    {
        var all = new Dictionary<string, byte[]>(parts);
        all.TryAdd(ModulePart.Digests, ModuleFile.DigestsOf(parts));
        return Tar(all.Select(p => (p.Key, p.Value)));
    }

    public static byte[] Tar(IEnumerable<(string Name, byte[] Content)> members)
    {
        using var memory = new MemoryStream();
        using (var tar = new TarWriter(memory, TarEntryFormat.Ustar, leaveOpen: true))
            foreach ((string name, byte[] content) in members)
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
        return memory.ToArray();
    }
}
