using MicroLake.Drivers;
using MicroLake.Drivers.Network;
using MicroLake.HostTests.Drivers.Fakes;
using Xunit;

namespace MicroLake.HostTests.Drivers;

public sealed class VirtioNetworkTests
{
    [Theory]
    [InlineData(0ul)]
    [InlineData(1ul << 29)]
    [InlineData(1ul << 34 | 1ul << 29 | 1ul << 28)]
    public void Frames_go_out_and_come_in(ulong ring)
    {
        var device = new FakeCard(ring);
        using var card = new VirtioNetwork(new FakeMachine().Add(device), "net0");
        Assert.Equal("52:54:00:01:02:03, link up, 0 frames in, 0 out", card.State);
        card.OfferAll();
        var random = new Random(4);
        var received = new List<byte[]>();
        var expected = new List<byte[]>();
        for (int i = 0; i < 300; i++)
        {
            byte[] frame = new byte[random.Next(VirtioNetwork.ShortestFrame, VirtioNetwork.LongestFrame + 1)];
            random.NextBytes(frame);
            expected.Add(frame);
            card.Send(frame);
            Assert.True(device.Deliver(frame));
            while (card.TryReceive(f => received.Add(f.ToArray())))
            {
            }
        }

        Assert.Equal(expected, device.Sent);
        Assert.Equal(expected, received);
    }

    [Fact]
    public void Frames_that_cannot_be_are_refused_or_dropped()
    {
        var device = new FakeCard();
        using var card = new VirtioNetwork(new FakeMachine().Add(device), "net0");
        Assert.Throws<ArgumentOutOfRangeException>(() => card.Send(new byte[13]));
        Assert.Throws<ArgumentOutOfRangeException>(() => card.Send(new byte[1515]));
        card.OfferAll();
        Assert.True(device.Deliver(new byte[13]));
        Assert.True(card.TryReceive(_ => Assert.Fail("a frame without a whole header came through")));
    }

    [Fact]
    public void A_thread_answers_until_the_card_is_gone()
    {
        var device = new FakeCard();
        var card = new VirtioNetwork(new FakeMachine { WaitsForReal = true }.Add(device), "net0");
        using var came = new SemaphoreSlim(0);
        card.Receive(_ => came.Release());
        Assert.True(SpinWait.SpinUntil(() => device.Deliver(new byte[60]), TimeSpan.FromMinutes(1)));
        Assert.True(came.Wait(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        device.IsGone = true;
        Assert.False(card.Device.IsAlive());
        Assert.Throws<DeviceException>(() => card.Send(new byte[60]));
    }
}
