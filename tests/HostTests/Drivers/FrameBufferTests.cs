using System.Runtime.InteropServices;
using MicroLake.Drivers;
using MicroLake.Drivers.Gpu;
using MicroLake.HostTests.Drivers.Fakes;
using Xunit;

namespace MicroLake.HostTests.Drivers;

public sealed class FrameBufferTests
{
    [Fact]
    public void What_was_drawn_is_on_the_display_once_it_is_shown()
    {
        var device = new FakeGpu();
        using var gpu = new VirtioGpu(new FakeMachine().Add(device), "gpu0");
        FrameBuffer buffer = FrameBuffer.TryOpen(gpu)!;
        Assert.Equal((FakeGpu.Side, FakeGpu.Side), (buffer.Width, buffer.Height));
        for (int y = 0; y < buffer.Height; y++)
            buffer.Row(y).Fill((uint)y);
        buffer.Show(10, 10);
        Assert.All(Screen(device), pixel => Assert.Equal(0u, pixel));
        buffer.Show(10, 12);
        uint[] screen = Screen(device);
        for (int y = 0; y < buffer.Height; y++)
            Assert.Equal(y is 10 or 11 ? (uint)y : 0, screen[y * FakeGpu.Side + 5]);
        buffer.Show(0, buffer.Height);
        Assert.Equal(63u, Screen(device)[^1]);
    }

    [Fact]
    public void A_picture_that_the_host_has_no_memory_for_leaves_nothing_behind()
    {
        var device = new FakeGpu { MostBytes = 1000 };
        var machine = new FakeMachine();
        using var gpu = new VirtioGpu(machine.Add(device), "gpu0");
        int before = machine.MemoryInUse;
        DeviceException error = Assert.Throws<DeviceException>(() => FrameBuffer.TryOpen(gpu));
        Assert.Contains("no memory left", error.Message, StringComparison.Ordinal);
        Assert.Equal((before, 0), (machine.MemoryInUse, device.ResourceCount));
        Assert.Null(gpu.Device.Failure);
    }

    [Fact]
    public void A_display_that_was_pulled_out_is_an_error()
    {
        var device = new FakeGpu();
        using var gpu = new VirtioGpu(new FakeMachine { WaitsForReal = true }.Add(device), "gpu0");
        FrameBuffer buffer = FrameBuffer.TryOpen(gpu)!;
        device.IsGone = true;
        _ = gpu.Device.IsAlive();
        Assert.Throws<DeviceException>(() => buffer.Show(0, 1));
    }

    private static uint[] Screen(FakeGpu device) => MemoryMarshal.Cast<byte, uint>(device.Screen).ToArray();
}
