using MicroLake.Drivers.Gpu;
using MicroLake.HostTests.Drivers.Fakes;
using MicroLake.Nn;
using MicroLake.Nn.Benchmarks;
using MicroLake.Nn.Gpu.Placement;
using MicroLake.Nn.Gpu.Sharing;
using Xunit;

namespace MicroLake.HostTests.Nn.Gpu;

/// <summary>Where models run, and that no row is lost with the graphics processor.</summary>
public sealed class PlacedModelTests
{
    private static readonly OnnxModel s_model = PerceptronModel.Create(1, 6, 12, 3);

    [Fact]
    public void A_processor_that_hangs_in_mid_batch_loses_no_row()
    {
        (PlacedModel placed, FakeGpu device) = Make();
        float[] rows = Rows(100), outputs = new float[300];
        placed.Run(rows, outputs, 3, 25, ComputeTarget.Gpu);
        Assert.Equal((0, 100), (placed.RowsOnCpu, placed.RowsOnGpu));
        Compare(rows, outputs);

        device.Compute = launch =>
        {
            TgsiMachine.Run(launch);
            device.Hangs = true;
        };
        Array.Clear(outputs);
        placed.Run(rows, outputs, 3, 25, ComputeTarget.Gpu);
        Assert.Equal((75, 125), (placed.RowsOnCpu, placed.RowsOnGpu));
        Compare(rows, outputs);
        Assert.Contains("has not answered a request for 5 s", placed.Failure, StringComparison.Ordinal);
        placed.Run(rows, outputs, 3, 25, ComputeTarget.Auto);
        Assert.Equal(175, placed.RowsOnCpu);
    }

    [Fact]
    public void Rows_that_are_long_are_not_copied_where_they_can_be_lent()
    {
        (PlacedModel placed, FakeGpu device, FakeMachine machine, FairClient client) = MakeWhole(leastLent: 4000);
        // A batch of 300 rows is 7,200 bytes in and 3,600 out: only what is in is long.
        float[] rows = Rows(400), outputs = new float[1200];
        placed.Run(rows, outputs, 3, 300, ComputeTarget.Gpu);
        Compare(rows, outputs);
        Assert.Equal(300 * 6 * 4, client.LentBytes);
        Assert.Equal(300 * 3 * 4 + 100 * 9 * 4, client.CopiedBytes);

        // A context that died while the device knows the caller's memory; then memory that cannot be lent.
        device.Compute = launch =>
        {
            device.Compute = TgsiMachine.Run;
            throw new FakeGpuDeath();
        };
        Array.Clear(outputs);
        placed.Run(rows, outputs, 3, 400, ComputeTarget.Gpu);
        Assert.Equal(1, placed.Repairs);
        Compare(rows, outputs);
        machine.LendsMemory = false;
        long lent = client.LentBytes;
        Array.Clear(outputs);
        placed.Run(rows, outputs, 3, 400, ComputeTarget.Gpu);
        Compare(rows, outputs);
        Assert.Equal(lent, client.LentBytes);
        Assert.Equal((0, 1200), (placed.RowsOnCpu, placed.RowsOnGpu));
    }

    [Fact]
    public void Everything_is_lent_that_is_always_at_the_same_place()
    {
        (PlacedModel placed, _, FakeMachine machine, FairClient client) = MakeWhole(leastLent: 0);
        float[] rows = Rows(3), outputs = new float[9];
        placed.Run(rows, outputs, 3, 1, ComputeTarget.Gpu);
        Compare(rows, outputs);
        Assert.Equal((0, 3 * 9 * 4), (client.CopiedBytes, client.LentBytes));
        int memory = machine.MemoryInUse;
        placed.Run(rows, outputs, 3, 1, ComputeTarget.Gpu);
        Assert.Equal(memory, machine.MemoryInUse);
    }

    [Fact]
    public void A_module_at_the_hook_decides_where_batches_run()
    {
        var asked = new List<(int Rows, long MultiplyAdds, int Queued)>();
        (PlacedModel placed, _) = Make((rows, work, queued, _) =>
        {
            asked.Add((rows, work, queued));
            return rows > 10;
        });
        float[] rows = Rows(26), outputs = new float[78];
        placed.Run(rows, outputs, 3, 20, ComputeTarget.Auto);
        Assert.Equal((6, 20), (placed.RowsOnCpu, placed.RowsOnGpu));
        Assert.Equal([(20, 20 * (6 * 12 + 12 * 3), 0), (6, 6 * (6 * 12 + 12 * 3), 0)], asked);
        Compare(rows, outputs);
    }

    [Fact]
    public void What_takes_a_batch_is_estimated_between_and_beyond_what_was_measured()
    {
        var curve = new CostCurve();
        curve.Add(1, 100);
        curve.Add(11, 200);
        Assert.Equal(100, curve.Estimate(1));
        Assert.Equal(150, curve.Estimate(6));
        Assert.Equal(200, curve.Estimate(11));
        Assert.Equal(2000, curve.Estimate(110));
    }

    private static (PlacedModel, FakeGpu) Make(PlacementDecision? decision = null)
    {
        (PlacedModel placed, FakeGpu device, _, _) = MakeWhole(int.MaxValue, decision);
        return (placed, device);
    }

    private static (PlacedModel, FakeGpu, FakeMachine, FairClient) MakeWhole(int leastLent, PlacementDecision? decision = null)
    {
        var device = new FakeGpu { Compute = TgsiMachine.Run };
        var machine = new FakeMachine();
        var service = new GpuService(new VirtioGpu(machine.Add(device), "gpu0"));
        var client = new FairClient("test", 1, 4, isUrgent: false);
        return (PlacedModel.TryCreate(s_model, service, client, decision, leastLent)!, device, machine, client);
    }

    private static float[] Rows(int count)
    {
        var random = new Random(3);
        float[] rows = new float[count * 6];
        foreach (ref float value in rows.AsSpan())
            value = random.NextSingle();
        return rows;
    }

    private static void Compare(float[] rows, float[] outputs)
    {
        float[] expected = new float[outputs.Length];
        new RowRunner(s_model, 1).Run(rows, expected);
        for (int i = 0; i < expected.Length; i++)
            Assert.InRange(outputs[i] - expected[i], -1e-5f, 1e-5f);
    }
}
