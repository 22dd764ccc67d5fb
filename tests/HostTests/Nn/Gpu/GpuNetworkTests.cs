using MicroLake.Drivers;
using MicroLake.Drivers.Gpu;
using MicroLake.HostTests.Drivers.Fakes;
using MicroLake.Nn;
using MicroLake.Nn.Benchmarks;
using MicroLake.Nn.Gpu;
using Xunit;

namespace MicroLake.HostTests.Nn.Gpu;

/// <summary>Networks on a graphics processor whose shaders an interpreter runs.</summary>
public sealed class GpuNetworkTests
{
    [Fact]
    public void Random_networks_give_what_the_processor_gives()
    {
        var random = new Random(4);
        for (int seed = 0; seed < 30; seed++)
        {
            OnnxModel model = RandomNetwork.Create(random, out int inputs);
            (VirtioGpu gpu, _, _) = Make();
            using GpuNetwork network = GpuNetwork.TryCreate(gpu, model)!;
            Assert.Equal(inputs, network.InputColumns);
            int rows = random.Next(3) == 0 ? random.Next(17, 70) : random.Next(1, 17);
            Compare(network, model, rows, random, $"seed {seed}");
        }
    }

    /// <summary>Three layers of weights of 50 and more, as some published networks have: float32 sums are off by 1e-4 there.</summary>
    [Fact]
    public void Small_layers_with_large_weights_are_summed_in_float64()
    {
        var random = new Random(9);
        var builder = new OnnxBuilder().Input("x", "N", 5);
        string[] values = ["x", "h", "a", "g", "b", "y"];
        int[] widths = [5, 15, 5, 4];
        for (int i = 0; i < 3; i++)
        {
            builder.Weight($"w{i}", [widths[i], widths[i + 1]], [.. OnnxBuilder.Numbers(random, widths[i] * widths[i + 1]).Select(w => w * 90)]);
            builder.Node("", "MatMul", "", $"{values[i * 2]} w{i}", values[i * 2 + 1]);
            if (i < 2)
                builder.Node("", "Sigmoid", "", values[i * 2 + 1], values[i * 2 + 2]);
        }

        OnnxModel model = builder.Output("y", "N", 4).Load();
        (VirtioGpu gpu, FakeGpu device, _) = Make();
        int wide = 0;
        device.Compute = launch =>
        {
            wide += launch.Shader.Contains("DMAD", StringComparison.Ordinal) ? 1 : 0;
            TgsiMachine.Run(launch);
        };
        using GpuNetwork network = GpuNetwork.TryCreate(gpu, model)!;
        Compare(network, model, 40, random, "large weights");
        Assert.Equal(9, wide);
    }

    [Theory]
    [InlineData(new[] { 31, 256, 2 }, 1)]
    [InlineData(new[] { 120, 130, 3 }, 3)]
    [InlineData(new[] { 5, 70 }, 2)]
    public void Layers_go_together_where_they_fit(int[] widths, int launches)
    {
        OnnxModel model = PerceptronModel.Create(1, widths);
        (VirtioGpu gpu, FakeGpu device, _) = Make();
        using GpuNetwork network = GpuNetwork.TryCreate(gpu, model)!;
        Compare(network, model, 9, new Random(1), "");
        Assert.Equal(launches, device.Streams[^1].Count(word => word == 0x00080025));
    }

    [Fact]
    public void A_run_is_one_command()
    {
        (VirtioGpu gpu, FakeGpu device, _) = Make();
        using GpuNetwork network = GpuNetwork.TryCreate(gpu, PerceptronModel.Create(1, 31, 256, 2))!;
        network.Run(8);
        int before = device.Commands.Values.Sum();
        network.Run(8);
        Assert.Equal(before + 1, device.Commands.Values.Sum());
    }

    [Fact]
    public void A_context_that_died_is_made_again_within_the_call()
    {
        OnnxModel model = PerceptronModel.Create(2, 7, 40, 3);
        (VirtioGpu gpu, FakeGpu device, _) = Make();
        using GpuNetwork network = GpuNetwork.TryCreate(gpu, model)!;
        Compare(network, model, 20, new Random(1), "before");
        network.KillContext();
        Compare(network, model, 20, new Random(2), "after");
        Assert.Equal(1, network.Repairs);
        Assert.Equal(1, device.ContextCount);
        Compare(network, model, 3, new Random(3), "later");
        Assert.Equal(1, network.Repairs);
    }

    [Fact]
    public void A_shader_that_does_nothing_is_found_at_load()
    {
        (VirtioGpu gpu, FakeGpu device, FakeMachine machine) = Make();
        int before = machine.MemoryInUse;
        device.Compute = null;
        DeviceException error = Assert.Throws<DeviceException>(() => GpuNetwork.TryCreate(gpu, PerceptronModel.Create(1, 4, 4)));
        Assert.Contains("does not run the shaders", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, device.ResourceCount);
        Assert.Equal(0, device.ContextCount);
        Assert.Equal(before, machine.MemoryInUse);
    }

    [Fact]
    public void Wrong_numbers_are_found_at_load()
    {
        (VirtioGpu gpu, FakeGpu device, _) = Make();
        device.Compute = launch =>
        {
            TgsiMachine.Run(launch);
            launch.Storage[1].Resource.Content[launch.Storage[1].Offset + 2] ^= 0x40;
        };
        Assert.Contains("where the reference is", Assert.Throws<DeviceException>(() => GpuNetwork.TryCreate(gpu, PerceptronModel.Create(1, 4, 4))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_network_had_goes_back()
    {
        (VirtioGpu gpu, FakeGpu device, FakeMachine machine) = Make();
        int before = machine.MemoryInUse;
        GpuNetwork.TryCreate(gpu, PerceptronModel.Create(1, 31, 70, 70, 2))!.Dispose();
        Assert.Equal(before, machine.MemoryInUse);
        Assert.Equal(0, device.ResourceCount);
        device.MostBytes = 20_000;
        Assert.Throws<DeviceException>(() => GpuNetwork.TryCreate(gpu, PerceptronModel.Create(1, 31, 70, 70, 2)));
        Assert.Equal(before, machine.MemoryInUse);
        Assert.Equal(0, device.ResourceCount);
    }

    private static void Compare(GpuNetwork network, OnnxModel model, int rows, Random random, string what)
    {
        float[] inputs = new float[rows * network.InputColumns];
        foreach (ref float value in inputs.AsSpan())
            value = random.NextSingle() * 4 - 2;
        inputs.CopyTo(network.Inputs(rows));
        network.Run(rows);
        float[] given = network.Outputs(rows).ToArray();
        if (network.Tail is { } tail)
        {
            float[] ended = new float[rows * new RowRunner(tail, 1).OutputColumns];
            new RowRunner(tail, 1).Run(given, ended);
            given = ended;
        }

        float[] expected = new float[given.Length];
        new RowRunner(model, 1, new InferenceOptions { Backend = ComputeBackend.Scalar }).Run(inputs, expected);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(given[i] - expected[i]) <= 1e-5 * Math.Max(1, Math.Abs(expected[i])), $"{what}: {given[i]} where the processor gives {expected[i]}");
    }

    private static (VirtioGpu, FakeGpu, FakeMachine) Make()
    {
        var machine = new FakeMachine();
        var device = new FakeGpu { Compute = TgsiMachine.Run };
        return (new VirtioGpu(machine.Add(device), "gpu0"), device, machine);
    }
}
