using System.Globalization;
using MicroLake.ConsoleTests.Harness;
using Xunit;

namespace MicroLake.ConsoleTests.Models;

/// <summary>Networks on the GPU that QEMU has by virglrenderer. The tool installs what that needs.</summary>
public sealed class GpuTests : IDisposable
{
    private readonly ModelFolder _models = new();

    public void Dispose() => _models.Dispose();

    [Fact]
    public void Random_networks_agree_with_the_processor_and_a_killed_context_is_repaired_in_the_next_run()
    {
        ToolRun run = OnGpu("devices; gpu check 4; gpu; model load /host/sigmoid.onnx --name m; model run m /host/rows.csv --on auto --out /tmp/o; model info m; gpu");
        Assert.Equal(0, run.Status);
        Assert.Contains("VIRGL", run.Output, StringComparison.Ordinal);
        Assert.Contains("4 networks, greatest difference ", run.Output, StringComparison.Ordinal);
        Assert.Contains("2 contexts killed, 2 repaired", run.Output, StringComparison.Ordinal);
        Assert.Contains("ready, 0 repairs", run.Output, StringComparison.Ordinal);
        Assert.Contains("batch of 4096", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kml-readahead", true)]
    [InlineData("mllb-balance", false)]
    public void Research_data_gives_on_the_GPU_what_it_gives_on_the_processor(string name, bool hasLabels)
    {
        if (ModelFolder.Research is not { } research)
        {
            Assert.Skip("the research data (../shared/data) is not beside this checkout");
            return;
        }

        File.Copy(Path.Combine(research, name, "model.onnx"), Path.Combine(_models.Path, "model.onnx"));
        File.WriteAllLines(
            Path.Combine(_models.Path, "features.csv"),
            File.ReadLines(Path.Combine(research, name, "rows.csv")).Select(line => hasLabels ? line[..line.LastIndexOf(',')] : line));
        ToolRun run = OnGpu("model load /host/model.onnx --name m; model run m /host/features.csv --on cpu --out /host/cpu; model run m /host/features.csv --on gpu --batch 128 --out /host/gpu");
        Assert.Equal(0, run.Status);
        Assert.Contains("per row, gpu, batch 128", run.Output, StringComparison.Ordinal);
        float[] cpu = Numbers("cpu"), gpu = Numbers("gpu");
        Assert.NotEmpty(cpu);
        Assert.Equal(cpu.Length, gpu.Length);
        for (int i = 0; i < cpu.Length; i++)
            Assert.InRange((gpu[i] - cpu[i]) / MathF.Max(1, MathF.Abs(cpu[i])), -1e-5f, 1e-5f);
    }

    private ToolRun OnGpu(string commands) => ToolRun.Of("run", "--gpu", "virgl", "--timeout", "120", "--share", _models.Path, "--exec", commands);

    private float[] Numbers(string file) =>
        [.. File.ReadLines(Path.Combine(_models.Path, file)).SelectMany(line => line.Split(',')).Select(n => float.Parse(n, CultureInfo.InvariantCulture))];
}
