using System.Globalization;
using MicroLake.ConsoleTests.Harness;
using MicroLake.Tool.Host;
using MicroLake.Tool.Modules;
using MicroLake.Tool.Qemu;
using MicroLake.Tool.Workspace;
using Xunit;

namespace MicroLake.ConsoleTests.Models;

/// <summary>A policy in C decides which batches the GPU runs. The tool installs what that needs.</summary>
public sealed class PlacementModuleTests : IDisposable
{
    /// <summary>Against all costs: short batches of a tiny network go to the GPU, and long ones. A batch of three rows gets an answer that is none.</summary>
    private const string Policy = """
        #include <microlake.h>
        ML_POLICY("ml.place") s64 contrary(struct ml_ml_place *c) { return c->rows == 3 ? 7 : c->rows < 10 || c->rows > 30; }
        """;

    private const string Manifest = """
        {
          "name": "contrary", "version": "1.0.0", "hook": "ml.place", "output": { "unit": "device", "least": 0, "most": 1 },
          "budget_ns": 100000000, "guardrails": [ { "property": "outputs_out_of_range", "most": 5, "window": 100 } ]
        }
        """;

    private const string Hello = "--grant ml.compute /host/hello.elf /host/sigmoid.onnx /host/rows.csv";

    private readonly ModelFolder _models = new();

    public void Dispose() => _models.Dispose();

    [Fact]
    public void A_policy_places_batches_until_it_gives_wrong_answers_and_no_row_is_lost()
    {
        string source = Directory.CreateDirectory(Path.Combine(_models.Path, "contrary")).FullName;
        string text = Path.Combine(source, "policy.c");
        File.WriteAllText(text, Policy);
        File.WriteAllBytes(Path.Combine(source, "policy.bpf.o"), PolicyCompiler.Compile(text));
        File.WriteAllText(Path.Combine(source, "manifest.json"), Manifest);
        ToolRun pack = ToolRun.Of("module", "pack", source, "-o", Path.Combine(_models.Path, "contrary.mlm"));
        Assert.True(pack.Status == 0, pack.Error);

        File.Copy(ImageProject.At("samples/HelloGpu").Build(), Path.Combine(_models.Path, "hello.elf"));
        PackageInstaller.Ensure(DebianPackage.ForVirgl);
        using GuestConsole console = GuestConsole.AtPrompt(Product.Machine with { Gpu = Gpu.Virgl }, _models.Path);
        Assert.DoesNotContain("error:", console.Run("model load /host/sigmoid.onnx --name m"), StringComparison.Ordinal);
        Assert.Contains("policy verified, ", console.Run("mlaas load /host/contrary.mlm --allow-unsigned"), StringComparison.Ordinal);
        Assert.Equal("", console.Run("mlaas shadow contrary"));
        // The heuristic decides: nothing that small is worth a command to the GPU, but for a try now and then.
        Assert.Contains("cpu (", Run(console, 1), StringComparison.Ordinal);
        Assert.Equal("", console.Run("mlaas activate contrary"));
        Assert.Contains("per row, gpu, batch 1", Run(console, 1), StringComparison.Ordinal);
        Assert.Matches(@"per row, cpu \(\w+\), batch 20", Run(console, 20));
        Assert.Matches(@"ml\.place\s+contrary\s+active", console.Run("mlaas hooks"));
        Assert.Matches(@"rows\s+multiply_adds\s+queued\n", console.Run("mlaas why ml.place"));

        Assert.Contains("batch 3", Run(console, 3), StringComparison.Ordinal);
        Assert.Matches(@"ml\.place\s+\S+\s+heuristic", console.Run("mlaas hooks"));
        Assert.Contains("outputs_out_of_range", console.Run("mlaas info contrary"), StringComparison.Ordinal);
        Assert.Contains("cpu (", Run(console, 1), StringComparison.Ordinal);
        Assert.Equal("", console.Run("mlaas shadow contrary --tenant batch"));
        Assert.Equal("", console.Run("mlaas activate contrary --tenant batch"));
        Assert.Contains("40 rows, 40 on the GPU", console.Run("run --tenant batch " + Hello), StringComparison.Ordinal);
        Assert.Contains("40 rows, 0 on the GPU", console.Run("run " + Hello), StringComparison.Ordinal);
        Assert.Matches(@"ml\.place\s+contrary\s+active\s+0\s+1\s+1\s.*tenant batch", console.Run("mlaas hooks"));
        Assert.Equal("", console.Run("mlaas unload contrary"));
    }

    /// <summary>Runs all rows in batches, wherever they are placed; the results are those of the processor.</summary>
    private string Run(GuestConsole console, int batch)
    {
        string said = console.Run($"model run m /host/rows.csv --on auto --batch {batch} --out /host/out.csv");
        Assert.Contains($"{ModelFolder.Rows} rows, ", said, StringComparison.Ordinal);
        string[] lines = File.ReadAllLines(Path.Combine(_models.Path, "out.csv")), rows = File.ReadAllLines(Path.Combine(_models.Path, "rows.csv"));
        for (int i = 0; i < ModelFolder.Rows; i++)
        {
            float[] row = Array.ConvertAll(rows[i + 1].Split(','), number => float.Parse(number, CultureInfo.InvariantCulture));
            float expected = 1 / (1 + MathF.Exp(row[1] - 2 * row[0] - 0.5f));
            Assert.InRange(float.Parse(lines[i], CultureInfo.InvariantCulture) - expected, -1e-5f, 1e-5f);
        }

        return said;
    }
}
