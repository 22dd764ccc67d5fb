using MicroLake.Nn.Gpu.Sharing;
using Xunit;

namespace MicroLake.HostTests.Nn.Gpu;

/// <summary>How clients share a graphics processor, on a clock that only requests move.</summary>
public sealed class FairOrderTests
{
    private const int Turns = 4000;

    [Fact]
    public void Clients_of_equal_weight_have_equal_shares_whatever_their_requests_cost()
    {
        double[] had = Simulate([1, 1, 1, 1], [1, 3, 10, 40]);
        Assert.InRange(Jain(had), 0.95, 1);
    }

    [Fact]
    public void Shares_go_by_weight()
    {
        double[] weights = [1, 2, 4];
        double[] had = Simulate(weights, [5, 7, 3]);
        Assert.InRange(Jain([.. had.Zip(weights, (share, weight) => share / weight)]), 0.98, 1);
    }

    [Fact]
    public void Urgent_requests_go_first_and_cost_the_others_no_more_than_they_take()
    {
        var order = new FairOrder();
        var usual = new FairClient("usual", 1, 10, isUrgent: false);
        var kernel = new FairClient("kernel", 1, 10, isUrgent: true);
        for (int i = 0; i < 5; i++)
            Assert.NotNull(order.TryAdd(usual, 1));
        FairRequest urgent = order.TryAdd(kernel, 100)!;
        Assert.Same(urgent, order.TakeNext());
        Assert.Same(usual, order.TakeNext()!.Client);
    }

    [Fact]
    public void A_client_that_was_idle_has_no_credit()
    {
        var order = new FairOrder();
        var busy = new FairClient("busy", 1, 100, isUrgent: false);
        var late = new FairClient("late", 1, 100, isUrgent: false);
        for (int i = 0; i < 50; i++)
        {
            _ = order.TryAdd(busy, 1);
            _ = order.TakeNext();
        }

        for (int i = 0; i < 20; i++)
        {
            _ = order.TryAdd(busy, 1);
            _ = order.TryAdd(late, 1);
        }

        int ofLate = 0;
        for (int i = 0; i < 20; i++)
            ofLate += order.TakeNext()!.Client == late ? 1 : 0;
        Assert.InRange(ofLate, 9, 11);
    }

    [Fact]
    public void A_client_has_no_more_requests_waiting_than_it_may()
    {
        var order = new FairOrder();
        var client = new FairClient("client", 1, 3, isUrgent: false);
        for (int i = 0; i < 3; i++)
            Assert.NotNull(order.TryAdd(client, 1));
        Assert.Null(order.TryAdd(client, 1));
        Assert.NotNull(order.TakeNext());
        Assert.NotNull(order.TryAdd(client, 1));
        Assert.Equal(3, order.Waiting);
    }

    /// <summary>Every client always has two requests waiting. Returns what each had done.</summary>
    private static double[] Simulate(double[] weights, double[] costs)
    {
        var order = new FairOrder();
        FairClient[] clients = [.. weights.Select((weight, i) => new FairClient($"client {i}", weight, 2, isUrgent: false))];
        double[] had = new double[clients.Length];
        for (int turn = 0; turn < Turns; turn++)
        {
            for (int i = 0; i < clients.Length; i++)
                while (order.TryAdd(clients[i], costs[i]) is not null)
                {
                }

            int next = Array.IndexOf(clients, order.TakeNext()!.Client);
            had[next] += costs[next];
        }

        return had;
    }

    /// <summary>Jain's index: 1 where all have the same, 1/n where one has everything.</summary>
    private static double Jain(double[] shares) => shares.Sum() * shares.Sum() / (shares.Length * shares.Sum(s => s * s));
}
