using MicroLake.Drivers.Gpu;
using MicroLake.HostTests.Drivers.Fakes;
using MicroLake.Nn.Gpu.Search;
using MicroLake.Nn.Gpu.Sharing;
using Xunit;

namespace MicroLake.HostTests.Nn.Gpu;

/// <summary>The nearest points, on a graphics processor whose shaders an interpreter runs.</summary>
public sealed class NearestPointsTests
{
    [Theory]
    [InlineData(50, 3, 1, 9)]
    [InlineData(1100, 4, 5, 3)]
    [InlineData(20, 7, 8, 40)]
    [InlineData(5, 16, 5, 17)]
    public void The_nearest_are_those_that_the_processor_finds(int count, int dimensions, int nearest, int rows)
    {
        (GpuService service, _) = Make();
        var random = new Random(count);
        float[] points = OnnxBuilder.Numbers(random, count * dimensions), queries = OnnxBuilder.Numbers(random, rows * dimensions);
        using var search = new GpuNearestPoints(service, new FairClient("test", 1, 4, isUrgent: false), points, dimensions, nearest);
        (int[] numbers, float[] distances) = (new int[rows * nearest], new float[rows * nearest]);
        search.Find(queries, numbers, distances);
        (int[] expected, float[] far) = (new int[rows * nearest], new float[rows * nearest]);
        NearestPoints.Find(points, dimensions, queries, expected, far);
        Assert.Equal(expected, numbers);
        for (int i = 0; i < far.Length; i++)
            Assert.InRange(distances[i] - far[i], -1e-5f, 1e-5f);
        Assert.Null(search.Failure);
    }

    [Fact]
    public void The_processor_finds_them_in_the_order_of_their_distance_and_number()
    {
        int[] numbers = new int[3];
        float[] distances = new float[3];
        NearestPoints.Find([5, 1, 3, 1, 0], 1, [1], numbers, distances);
        Assert.Equal([1, 3, 4], numbers);
        Assert.Equal([0, 0, 1], distances);
    }

    [Fact]
    public void A_processor_that_hangs_leaves_no_row_without_its_points()
    {
        (GpuService service, FakeGpu device) = Make();
        float[] points = OnnxBuilder.Numbers(new Random(1), 60), queries = OnnxBuilder.Numbers(new Random(2), 10);
        using var search = new GpuNearestPoints(service, new FairClient("test", 1, 4, isUrgent: false), points, 2, 2);
        device.Hangs = true;
        (int[] numbers, int[] expected) = (new int[10], new int[10]);
        search.Find(queries, numbers, new float[10]);
        NearestPoints.Find(points, 2, queries, expected, new float[10]);
        Assert.Equal(expected, numbers);
        Assert.NotNull(search.Failure);
    }

    private static (GpuService, FakeGpu) Make()
    {
        var device = new FakeGpu { Compute = TgsiMachine.Run, UniformBytes = 16384 };
        return (new GpuService(new VirtioGpu(new FakeMachine().Add(device), "gpu0")), device);
    }
}
