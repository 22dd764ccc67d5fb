using System.Text;
using MicroLake.Drivers;
using MicroLake.Drivers.Entropy;
using MicroLake.Drivers.NineP;
using MicroLake.Drivers.Virtio;
using MicroLake.HostTests.Drivers.Fakes;
using Xunit;

namespace MicroLake.HostTests.Drivers;

/// <summary>How devices are brought up and given up (VIRTIO 1.2, 3.1.1 and 2.1.2), by the two simplest drivers.</summary>
public sealed class VirtioDeviceTests
{
    [Fact]
    public void A_device_is_brought_up_with_what_both_sides_know()
    {
        FakeVirtio device = Randomness();
        device.Features |= 1 << 28 | 1ul << 33 | 1ul << 40;
        using var source = new VirtioEntropy(new FakeMachine().Add(device), "rng0");
        Assert.Equal((ulong)(VirtioFeatures.Version1 | VirtioFeatures.IndirectDescriptors), device.DriverFeatures);
        Assert.Equal(VirtioStatus.Acknowledge | VirtioStatus.Driver | VirtioStatus.FeaturesOk | VirtioStatus.DriverOk, (VirtioStatus)device.Status);
    }

    [Fact]
    public void A_device_from_before_the_standard_is_refused_and_reset()
    {
        FakeVirtio device = Randomness();
        device.Features = 0;
        var machine = new FakeMachine();
        DeviceException error = Assert.Throws<DeviceException>(() => new VirtioEntropy(machine.Add(device), "rng0"));
        Assert.Contains("version 1", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, device.Status);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(0)]
    public void Randomness_comes_by_messages_and_by_the_line(int vectors)
    {
        FakeVirtio device = Randomness(vectors);
        var machine = new FakeMachine { WaitsForReal = vectors == 0 };
        var source = new VirtioEntropy(machine.Add(device), "rng0");
        byte[] bytes = new byte[10_000];
        source.Fill(bytes);
        Assert.Equal(Enumerable.Range(0, bytes.Length).Select(i => (byte)(i % 4096 % 251)), bytes);
        source.Dispose();
    }

    [Fact]
    public void What_a_device_had_goes_back_once_it_is_reset()
    {
        var machine = new FakeMachine();
        var source = new VirtioEntropy(machine.Add(Randomness()), "rng0");
        Assert.NotEqual(0, machine.MemoryInUse);
        source.Dispose();
        Assert.Equal(0, machine.MemoryInUse);
        Assert.Equal(0, machine.InterruptsInUse);
        Assert.Throws<DeviceException>(() => source.Fill(new byte[1]));
    }

    [Fact]
    public void A_device_that_asks_for_a_reset_is_given_up()
    {
        FakeVirtio device = Randomness();
        var source = new VirtioEntropy(new FakeMachine().Add(device), "rng0");
        device.Status |= (byte)VirtioStatus.NeedsReset;
        Assert.False(source.Device.IsAlive());
        Assert.Contains("asks for a reset", source.Device.Failure, StringComparison.Ordinal);
        Assert.Equal(0, device.Status);
    }

    [Fact]
    public void A_device_that_never_answers_is_given_up()
    {
        FakeVirtio device = Randomness();
        device.Serve = null;
        var source = new VirtioEntropy(new FakeMachine().Add(device), "rng0");
        DeviceException error = Assert.Throws<DeviceException>(() => source.Fill(new byte[1]));
        Assert.Equal("rng0: the device has not answered a request for 60 s (queue 0); it was reset", error.Message);
    }

    [Fact]
    public void A_message_of_9P_goes_there_and_its_answer_comes_back()
    {
        var device = new FakeVirtio(VirtioType.NineP, 1 | 1 << 28, 1, 2) { Serve = (_, request, room) => [.. request.Reverse().Take(room)] };
        device.Device[0] = 4;
        "host"u8.CopyTo(device.Device.AsSpan(2));
        using var transport = new VirtioNineP(new FakeMachine().Add(device), "9p0");
        Assert.Equal("host", transport.Tag);
        byte[] answer = new byte[100_000];
        byte[] question = new byte[90_000];
        new Random(3).NextBytes(question);
        Assert.Equal(question.Length, transport.Exchange(question, default, answer, default));
        Assert.Equal(question.Reverse(), answer.Take(question.Length));
        Assert.Equal(7, transport.Exchange("question"u8, default, answer.AsSpan(0, 7), default));
        Assert.Equal("noitseu", Encoding.ASCII.GetString(answer, 0, 7));
        Assert.Equal(8, transport.Exchange("ques"u8, "tion"u8, answer.AsSpan(0, 3), answer.AsSpan(10, 90)));
        Assert.Equal("noi", Encoding.ASCII.GetString(answer, 0, 3));
        Assert.Equal("tseuq", Encoding.ASCII.GetString(answer, 10, 5));
    }

    private static FakeVirtio Randomness(int vectors = 2) => new(VirtioType.Entropy, 0, 1, vectors)
    {
        Serve = (_, _, room) => [.. Enumerable.Range(0, room).Select(i => (byte)(i % 251))],
    };
}
