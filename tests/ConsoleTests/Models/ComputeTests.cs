using System.Globalization;
using MicroLake.ConsoleTests.Harness;
using MicroLake.Tool.Host;
using MicroLake.Tool.Qemu;
using MicroLake.Tool.Workspace;
using Xunit;

namespace MicroLake.ConsoleTests.Models;

/// <summary>Programs in ring 3 that have their models run by the kernel's service, with QEMU's GPU and without one.</summary>
public sealed class ComputeTests : IDisposable
{
    private const string Hello = "run --grant ml.compute /host/hello.elf /host/sigmoid.onnx /host/rows.csv";
    private const string Misuse = "run --grant ml.compute /host/probe.elf compute /host/sigmoid.onnx";
    private const string DieInCall = "run --grant ml.compute /host/probe.elf compute-end /host/sigmoid.onnx";

    private static readonly Lazy<string> s_hello = new(() => ImageProject.At("samples/HelloGpu").Build());
    private static readonly Lazy<string> s_probe = new(() => ImageProject.At("tests/Programs/Probe").Build());

    private static readonly string[] s_misuse =
    [
        "run before all: NotReady",
        "a notification for a file: BadMemory",
        "a file that is longer than its memory: BadMemory",
        "a file that may only be read: BadMemory",
        "a file of zeros: BadModel",
        "a file: Done",
        "more rows than the memory has: BadSize",
        "more bytes than the memory has: BadMemory",
        "memory that is given up: Done",
        "its rows: True",
        "a row too many: BadSize",
        "as many sessions as there are: Busy after 7",
    ];

    private readonly ModelFolder _folder = new();

    public ComputeTests()
    {
        File.Copy(s_hello.Value, Path.Combine(_folder.Path, "hello.elf"));
        File.Copy(s_probe.Value, Path.Combine(_folder.Path, "probe.elf"));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_program_has_its_rows_run_on_the_GPU_without_a_copy()
    {
        PackageInstaller.Ensure(DebianPackage.ForVirgl);
        using GuestConsole console = GuestConsole.AtPrompt(Product.Machine with { Gpu = Gpu.Virgl }, _folder.Path);
        CompareWithModelRun(console, console.Run(Hello + " gpu"), "40 rows, 40 on the GPU, 0 bytes copied");
        Assert.Contains(" rows, ", console.Run(Hello), StringComparison.Ordinal);
        Assert.Equal(s_misuse, Lines(console.Run(Misuse)));
        for (int i = 0; i < 3; i++)
            Assert.Contains("ended with status 3", console.Run(DieInCall), StringComparison.Ordinal);
        CompareWithModelRun(console, console.Run(Hello + " gpu"), "40 rows, 40 on the GPU, 0 bytes copied");

        // Sessions end with their programs, those that died in a call, too: the command model is the one client that is left.
        string clients = console.Run("gpu");
        while (clients.Contains("client HelloGpu", StringComparison.Ordinal) || clients.Contains("client probe", StringComparison.Ordinal))
            clients = console.Run("gpu");
        Assert.Contains("client model", clients, StringComparison.Ordinal);
        Assert.Equal("", console.Run("gpu weight model 3"));
        Assert.Contains("weight 3, ", console.Run("gpu"), StringComparison.Ordinal);
        Assert.StartsWith("error: gpu: there is no client 'nobody'", console.Run("gpu weight nobody 3"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_has_its_rows_run_without_a_GPU()
    {
        using GuestConsole console = GuestConsole.AtPrompt(Product.Machine, _folder.Path);
        CompareWithModelRun(console, console.Run(Hello), "40 rows, 0 on the GPU, 0 bytes copied");
        CompareWithModelRun(console, console.Run(Hello.Replace("--grant", "--lookup", StringComparison.Ordinal)), "40 rows, 0 on the GPU, 0 bytes copied");
        Assert.StartsWith("error: this machine has no GPU that computes: start it with --gpu virgl", console.Run(Hello + " gpu"), StringComparison.Ordinal);
        Assert.StartsWith("error: ml.compute (start with run --grant ml.compute): the client may not do this",
            console.Run(Hello.Replace("--grant ml.compute ", "", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.StartsWith("error: ", console.Run(Hello.Replace("sigmoid.onnx", "rows.csv", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(s_misuse, Lines(console.Run(Misuse)));
        HasWhatItsManifestGrants(console);
        for (int i = 0; i < 10; i++)
            Assert.Contains("ended with status 3", console.Run(DieInCall), StringComparison.Ordinal);
        CompareWithModelRun(console, console.Run(Hello), "40 rows, 0 on the GPU, 0 bytes copied");
    }

    private void HasWhatItsManifestGrants(GuestConsole console)
    {
        const string manifest = """{ "name": "NAME", "program": "/host/probe.elf", "arguments": ["compute", "/host/sigmoid.onnx"], "restart": "never", "grants": [GRANT] }""";
        _folder.Write("few.json", manifest.Replace("NAME", "few").Replace("GRANT", """{ "service": "ml.compute", "weight": 4, "sessions": 3 }"""));
        _folder.Write("wrong.json", manifest.Replace("NAME", "wrong").Replace("GRANT", """{ "service": "tmp", "weight": 4 }"""));
        Assert.StartsWith("few: generation 1", console.Run("service load /host/few.json"), StringComparison.Ordinal);
        string said = "few: as many sessions as there are: ", log;
        while (!(log = console.Run("dmesg")).Contains(said, StringComparison.Ordinal))
            Assert.DoesNotContain("few: ended", log, StringComparison.Ordinal);
        // One it has already.
        Assert.Contains(said + "Busy after 2", log, StringComparison.Ordinal);
        _ = console.Run("ls /tmp");
        Assert.Contains("\"tmp\" is not shared by weight", console.Run("service load /host/wrong.json") + console.Run("dmesg"), StringComparison.Ordinal);
    }

    private static void CompareWithModelRun(GuestConsole console, string output, string summary)
    {
        string[] lines = Lines(output);
        Assert.Equal(summary, lines[^1]);
        if (!console.Run("model list").Contains("sigmoid", StringComparison.Ordinal))
            _ = console.Run("model load /host/sigmoid.onnx");
        string[] expected = Lines(console.Run("model run sigmoid /host/rows.csv --on cpu"));
        Assert.Equal(expected.Length, lines.Length);
        for (int i = 0; i < expected.Length - 1; i++)
            Assert.InRange(Number(lines[i]) - Number(expected[i]), -1e-5f, 1e-5f);
    }

    private static string[] Lines(string output) => output.TrimEnd('\n').Split('\n');

    private static float Number(string text) => float.Parse(text, CultureInfo.InvariantCulture);
}
