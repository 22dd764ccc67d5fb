using MicroLake.Nn.Gpu.Placement;
using Xunit;

namespace MicroLake.HostTests.Nn.Gpu;

/// <summary>Where batches go while what they take changes.</summary>
public sealed class PresentCostsTests
{
    [Fact]
    public void A_batch_goes_where_it_was_measured_to_be_done_first()
    {
        PresentCosts costs = Make(cpu: 100, gpu: 50);
        Assert.True(costs.PrefersGpu(1, queued: 0));
        Assert.False(costs.PrefersGpu(1, queued: 2));
        Assert.False(Make(cpu: 50, gpu: 100).PrefersGpu(1, queued: 0));
    }

    [Fact]
    public void What_is_about_equal_stays_where_it_is()
    {
        PresentCosts costs = Make(cpu: 100, gpu: 97);
        Assert.False(costs.PrefersGpu(1, queued: 0));
        Run(costs, 400, cpu: 100, gpu: 60);
        int gpu = Run(costs, 200, cpu: 100, gpu: 97);
        Assert.InRange(gpu, 180, 200);
    }

    [Theory]
    [InlineData(60, 100)]
    [InlineData(100, 60)]
    [InlineData(10, 1000)]
    [InlineData(1000, 10)]
    public void Curves_that_were_measured_wrong_are_found_out_and_trying_costs_little(double cpu, double gpu)
    {
        // At first the other way around.
        PresentCosts costs = Make(cpu: gpu, gpu: cpu);
        _ = Run(costs, 20_000, cpu, gpu);
        int onGpu = Run(costs, 10_000, cpu, gpu);
        double time = onGpu * gpu + (10_000 - onGpu) * cpu;
        Assert.InRange(time / (10_000 * Math.Min(cpu, gpu)), 1, 1.03);
    }

    [Fact]
    public void A_single_outlier_changes_nothing()
    {
        PresentCosts costs = Make(cpu: 100, gpu: 70);
        costs.Observe(onGpu: true, 1, 1_000_000);
        Assert.True(costs.PrefersGpu(1, queued: 0));
    }

    [Fact]
    public void Sizes_of_batches_are_apart()
    {
        PresentCosts costs = Make(cpu: 100, gpu: 70);
        for (int i = 0; i < 100; i++)
            costs.Observe(onGpu: true, 1, 700);
        Assert.False(costs.PrefersGpu(1, queued: 0));
        Assert.True(costs.PrefersGpu(64, queued: 0));
    }

    /// <summary>Runs batches of one row where they should go; returns how many went to the graphics processor.</summary>
    private static int Run(PresentCosts costs, int batches, double cpu, double gpu)
    {
        int onGpu = 0;
        for (int i = 0; i < batches; i++)
        {
            bool isGpu = costs.PrefersGpu(1, queued: 0);
            costs.Observe(isGpu, 1, isGpu ? gpu : cpu);
            onGpu += isGpu ? 1 : 0;
        }

        return onGpu;
    }

    private static PresentCosts Make(double cpu, double gpu)
    {
        var costs = new PresentCosts();
        costs.Cpu.Add(1, cpu);
        costs.Gpu.Add(1, gpu);
        return costs;
    }
}
