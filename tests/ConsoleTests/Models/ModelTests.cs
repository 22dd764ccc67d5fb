using System.Globalization;
using MicroLake.ConsoleTests.Harness;
using MicroLake.Tool.Qemu;
using Xunit;

namespace MicroLake.ConsoleTests.Models;

public sealed class ModelTests : IDisposable
{
    private readonly ModelFolder _models = new();

    public void Dispose() => _models.Dispose();

    [Fact]
    public void A_model_is_loaded_listed_evaluated_run_and_unloaded()
    {
        using GuestConsole console = GuestConsole.AtPrompt(Product.Machine, _models.Path);
        Assert.DoesNotContain("error:", console.Run("model load /host/larger.onnx --name larger"));
        Assert.Contains("larger", console.Run("model list"));
        Assert.Contains("Gemm", console.Run("model info larger"));

        int right = ModelFolder.Rows - ModelFolder.WrongLabels;
        string eval = console.Run("model eval larger /host/labelled.csv --labels LAST");
        Assert.Contains($"{right} of {ModelFolder.Rows}", eval);
        Assert.Contains((100.0 * right / ModelFolder.Rows).ToString("0.000", CultureInfo.InvariantCulture), eval);

        Assert.DoesNotContain("error:", console.Run("model run larger /host/rows.csv --out /tmp/out.csv"));
        Assert.Equal(Numbers(File.ReadAllText(Path.Combine(_models.Path, "rows.csv")), headers: 1), Numbers(console.Run("cat /tmp/out.csv")));

        Assert.DoesNotContain("error:", console.Run("model unload larger"));
        Assert.DoesNotContain("larger", console.Run("model list"));
        Assert.StartsWith("error: ", console.Run("model eval larger /host/labelled.csv --labels LAST"));
    }

    [Theory]
    [InlineData(false, Firmware.Bios)]
    [InlineData(true, Firmware.Bios)]
    [InlineData(true, Firmware.Uefi)]
    public void Research_data_gives_its_known_accuracy(bool iso, Firmware firmware)
    {
        if (ModelFolder.Research is not { } research)
        {
            Assert.Skip("the research data (../shared/data) is not beside this checkout");
            return;
        }
        string[] boot = iso ? ["--iso", "--firmware", firmware.ToString().ToLowerInvariant()] : [];
        ToolRun run = ToolRun.Of(["run", .. boot, "--share", research, "--exec",
            "model load /host/kml-readahead/model.onnx --name kml; model eval kml /host/kml-readahead/rows.csv --labels LAST"]);
        Assert.Equal(0, run.Status);
        Assert.Contains("390 of 422", run.Output);
        Assert.Contains("92.417", run.Output);
    }

    [Theory]
    [InlineData("kml-readahead", "model run m /host/kml-readahead/features.csv --out /tmp/o")]
    [InlineData("mllb-balance", "model run m /host/mllb-balance/rows.csv --out /tmp/o")]
    public void Research_data_gives_the_outputs_computed_in_float64(string name, string command)
    {
        if (ModelFolder.Research is not { } research)
        {
            Assert.Skip("the research data (../shared/data) is not beside this checkout");
            return;
        }
        string source = Path.Combine(research, name), share = Directory.CreateDirectory(Path.Combine(_models.Path, name)).FullName;
        File.Copy(Path.Combine(source, "model.onnx"), Path.Combine(share, "model.onnx"));
        File.Copy(Path.Combine(source, "rows.csv"), Path.Combine(share, "rows.csv"));
        // The readahead rows end with their label, which is no input of the network.
        File.WriteAllLines(Path.Combine(share, "features.csv"),
            File.ReadLines(Path.Combine(source, "rows.csv")).Select(line => line[..line.LastIndexOf(',')]));

        ToolRun run = ToolRun.Of("run", "--share", _models.Path, "--exec", $"model load /host/{name}/model.onnx --name m; {command}; cat /tmp/o");
        Assert.Equal(0, run.Status);
        float[][] expected = Numbers(File.ReadAllText(Path.Combine(source, "expected.csv")));
        float[][] actual = [.. Numbers(run.Output).TakeLast(expected.Length)];
        Assert.Equal(expected.Length, actual.Length);
        foreach ((float[] wanted, float[] got) in expected.Zip(actual))
        {
            Assert.Equal(wanted.Length, got.Length);
            // Relative above 1: the published outputs come from weights in float64; exact arithmetic on the file's float32 weights
            // already differs from them by up to 1.7e-4, in outputs of about 17.
            Assert.All(wanted.Zip(got), pair => Assert.InRange((pair.Second - pair.First) / MathF.Max(1, MathF.Abs(pair.First)), -1e-4f, 1e-4f));
        }
    }

    /// <summary>The rows of a CSV file; lines that are no row of numbers are left out.</summary>
    private static float[][] Numbers(string csv, int headers = 0)
    {
        List<float[]> rows = [];
        foreach (string line in csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(headers))
        {
            string[] fields = line.Trim().Split(',');
            if (fields.All(f => float.TryParse(f, NumberStyles.Float, CultureInfo.InvariantCulture, out _)))
                rows.Add([.. fields.Select(f => float.Parse(f, CultureInfo.InvariantCulture))]);
        }
        return [.. rows];
    }
}
