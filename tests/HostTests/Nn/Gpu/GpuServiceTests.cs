using MicroLake.Drivers.Gpu;
using MicroLake.HostTests.Drivers.Fakes;
using MicroLake.Nn.Gpu.Sharing;
using Xunit;

namespace MicroLake.HostTests.Nn.Gpu;

/// <summary>Threads that share a graphics processor.</summary>
public sealed class GpuServiceTests
{
    [Fact]
    public void One_request_runs_at_a_time_and_all_have_their_turn()
    {
        const int threads = 6, requests = 200;
        GpuService service = Make();
        int inside = 0, most = 0, done = 0;
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, thread =>
        {
            var client = new FairClient($"client {thread}", thread + 1, 1, isUrgent: thread == 0);
            for (int i = 0; i < requests; i++)
            {
                Assert.True(service.TryEnter(client, 10));
                most = Math.Max(most, Interlocked.Increment(ref inside));
                done++;
                Interlocked.Decrement(ref inside);
                service.Leave();
            }
        });
        Assert.Equal(1, most);
        Assert.Equal(threads * requests, done);
        Assert.Equal(threads * requests, service.Requests);
        Assert.Equal(0, service.Queued);
    }

    [Fact]
    public void Who_has_as_many_waiting_as_it_may_is_sent_away_at_once()
    {
        GpuService service = Make();
        var busy = new FairClient("busy", 1, 1, isUrgent: false);
        var client = new FairClient("client", 1, 1, isUrgent: false);
        Assert.True(service.TryEnter(busy, 1));
        var waits = new Thread(() =>
        {
            Assert.True(service.TryEnter(client, 1));
            service.Leave();
        });
        waits.Start();
        SpinWait.SpinUntil(() => service.Queued == 2);
        Assert.False(service.TryEnter(client, 1));
        service.Leave();
        waits.Join();
        Assert.Equal(0, service.Queued);
    }

    private static GpuService Make() => new(new VirtioGpu(new FakeMachine().Add(new FakeGpu()), "gpu0"));
}
