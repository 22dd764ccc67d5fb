using MicroLake.Drivers;
using MicroLake.Drivers.Gpu;
using MicroLake.HostTests.Drivers.Fakes;
using Xunit;

namespace MicroLake.HostTests.Drivers;

/// <summary>The driver of graphics processors against a device of the specification, and the words of its streams.</summary>
public sealed class VirtioGpuTests
{
    [Fact]
    public void A_picture_reaches_the_display()
    {
        (VirtioGpu gpu, FakeGpu device, FakeMachine machine) = Make(features: 0);
        GpuRectangle?[] displays = gpu.Display.GetDisplayInfo();
        Assert.Equal(FakeGpu.Side, displays[0]!.Value.Width);
        Assert.Null(displays[1]);
        Assert.Equal("1 display", gpu.State);

        uint picture = gpu.NewId();
        var whole = new GpuRectangle(0, 0, FakeGpu.Side, FakeGpu.Side);
        using DmaMemory memory = machine.AllocateDma(FakeGpu.Side * FakeGpu.Side * 4);
        gpu.Display.CreateResource(picture, GpuFormat.B8G8R8X8, FakeGpu.Side, FakeGpu.Side);
        gpu.AttachBacking(picture, memory, memory.Length);
        gpu.Display.SetScanout(0, picture, whole);
        memory.Bytes.Fill(7);
        memory.Publish(0, memory.Length);
        gpu.Display.TransferToHost(picture, new GpuRectangle(8, 2, 4, 3), (2 * FakeGpu.Side + 8) * 4);
        gpu.Display.Flush(picture, whole);

        Assert.Equal(4 * 3 * 4, device.Screen!.Count(b => b == 7));
        Assert.Equal(7, device.Screen![(4 * FakeGpu.Side + 11) * 4]);
        gpu.Display.SetScanout(0, 0, default);
        Assert.Null(device.Screen);
        gpu.Release(picture);
        Assert.Equal(0, device.ResourceCount);
    }

    [Fact]
    public void A_buffer_goes_to_the_host_and_comes_back_by_commands_and_in_a_stream()
    {
        (VirtioGpu gpu, FakeGpu device, FakeMachine machine) = Make();
        RenderCommands render = gpu.Render!;
        Assert.True(render.Capabilities.HasCompute);
        Assert.Equal(65536, render.Capabilities.UniformBytes);
        Assert.Equal("1 display, computes by fake renderer", gpu.State);

        uint context = gpu.NewId(), buffer = gpu.NewId();
        using DmaMemory memory = machine.AllocateDma(4096);
        render.CreateContext(context, "test");
        render.CreateBuffer(buffer, BufferUse.Storage, 4096);
        gpu.AttachBacking(buffer, memory, 4096);
        render.AttachResource(context, buffer);
        Fill(memory, 3);
        render.TransferToHost(context, buffer, 16, 64);
        Fill(memory, 0);
        render.TransferFromHost(context, buffer, 16, 64);
        memory.Fetch(0, memory.Length);
        Assert.Equal(64, memory.Bytes.Count((byte)3));

        CommandStream stream = gpu.CreateStream(4096);
        Fill(memory, 5);
        stream.CopyToHost(buffer, 128, 32);
        render.Submit(context, stream, isFenced: true, patience: 1);
        Fill(memory, 0);
        stream.Clear();
        stream.CopyFromHost(buffer, 0, 4096);
        render.Submit(context, stream, isFenced: false, patience: 1);
        memory.Fetch(0, memory.Length);
        Assert.Equal(32, memory.Bytes.Count((byte)5));
        Assert.False(device.IsDead(context));
    }

    /// <summary>The words that a bare guest once ran on QEMU 7.2 with virglrenderer 0.10.</summary>
    [Fact]
    public void Streams_are_the_words_that_the_renderer_knows()
    {
        (VirtioGpu gpu, FakeGpu device, _) = Make();
        uint context = gpu.NewId();
        gpu.Render!.CreateContext(context, "words");
        CommandStream stream = gpu.CreateStream(4096);
        stream.CreateShader(9, "COMP\nEND\n");
        stream.BindShader(9);
        stream.BindUniforms(1, 12, 0, 0x8000);
        stream.BindStorage(3, 7, 16, 0x40);
        stream.Launch(8, 2, 1);
        stream.Barrier();
        stream.CopyToHost(4, 32, 0x400);
        stream.CopyFromHost(7, 0, 0x40);
        gpu.Render.Submit(context, stream, isFenced: false, patience: 1);
        uint[] expected =
        [
            0x00080401, 9, 5, 10, 74, 0, 0x504d4f43, 0x444e450a, 0x0000000a,
            0x0002001f, 9, 5,
            0x0005001b, 5, 1, 0, 0x8000, 12,
            0x00050022, 5, 3, 16, 0x40, 7,
            0x00080025, 8, 1, 1, 2, 1, 1, 0, 0,
            0x00010024, 0xfff,
            0x000d002b, 4, 0, 0, 0, 0, 32, 0, 0, 0x400, 1, 1, 32, 1,
            0x000d002b, 7, 0, 0, 0, 0, 0, 0, 0, 0x40, 1, 1, 0, 2,
        ];
        Assert.Equal(expected, device.Streams[^1]);
    }

    [Fact]
    public void A_command_that_is_refused_is_an_error_and_the_device_works_on()
    {
        (VirtioGpu gpu, FakeGpu device, _) = Make();
        device.MostBytes = 4096;
        DeviceException error = Assert.Throws<DeviceException>(() => gpu.Render!.CreateBuffer(gpu.NewId(), BufferUse.Uniform, 8192));
        Assert.Equal("gpu0: the device refuses ResourceCreate3D: it has no memory left", error.Message);
        Assert.Contains("no such resource", Assert.Throws<DeviceException>(() => gpu.Release(99)).Message, StringComparison.Ordinal);
        Assert.Null(gpu.Device.Failure);
        gpu.Render!.CreateBuffer(gpu.NewId(), BufferUse.Uniform, 4096);
    }

    [Fact]
    public void A_device_that_does_not_answer_within_the_given_time_is_given_up()
    {
        (VirtioGpu gpu, FakeGpu device, _) = Make();
        CommandStream stream = gpu.CreateStream(64);
        stream.Barrier();
        device.Hangs = true;
        DeviceException error = Assert.Throws<DeviceException>(() => gpu.Render!.Submit(1, stream, isFenced: false, patience: 2));
        Assert.Equal("gpu0: the device has not answered a request for 2 s (queue 0); it was reset", error.Message);
        Assert.Throws<DeviceException>(() => gpu.Display.GetDisplayInfo());
    }

    [Fact]
    public void A_stream_that_is_too_long_is_refused_before_the_device_sees_it()
    {
        (VirtioGpu gpu, FakeGpu device, FakeMachine machine) = Make();
        CommandStream stream = gpu.CreateStream(64);
        Assert.Throws<InvalidOperationException>(() => stream.CreateShader(1, new string('x', 5000)));
        Assert.Empty(device.Streams);
        gpu.Dispose();
        Assert.Equal(0, machine.MemoryInUse);
    }

    private static (VirtioGpu, FakeGpu, FakeMachine) Make(ulong features = FakeGpu.Virgl)
    {
        var machine = new FakeMachine();
        var device = new FakeGpu(features);
        return (new VirtioGpu(machine.Add(device), "gpu0"), device, machine);
    }

    private static void Fill(DmaMemory memory, byte value)
    {
        memory.Bytes.Fill(value);
        memory.Publish(0, memory.Length);
    }
}
