namespace MicroLake.Nn.Gpu.Sharing;

/// <summary>
/// In which order requests of several clients run on something that runs one at a time: start-time fair queueing. A client's requests are charged
/// with their cost by its weight; the one with the least virtual start runs next, urgent ones before all others. A client that was idle keeps no credit.
/// </summary>
public sealed class FairOrder
{
    private readonly List<FairRequest> _waiting = [];
    private double _virtualTime;

    /// <summary>Requests that wait.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Queues a request. Null: the client has as many waiting as it may.</summary>
    /// <param name="client">Whose it is.</param>
    /// <param name="cost">What it is expected to take, in any unit that is the same for all.</param>
    public FairRequest? TryAdd(FairClient client, double cost)
    {
        if (client.Waiting == client.MostWaiting)
            return null;
        double start = Math.Max(_virtualTime, client.Finish);
        client.Finish = start + cost / client.Weight;
        client.Waiting++;
        var request = new FairRequest(client, start);
        _waiting.Add(request);
        return request;
    }

    /// <summary>Takes the request that runs next, or null: none waits.</summary>
    public FairRequest? TakeNext()
    {
        if (_waiting.Count == 0)
            return null;
        int best = 0;
        for (int i = 1; i < _waiting.Count; i++)
            if (IsBefore(_waiting[i], _waiting[best]))
                best = i;
        FairRequest next = _waiting[best];
        _waiting.RemoveAt(best);
        next.Client.Waiting--;
        _virtualTime = Math.Max(_virtualTime, next.Start);
        return next;
    }

    /// <summary>The earlier of two that start together is the one that came first.</summary>
    private static bool IsBefore(FairRequest a, FairRequest b) =>
        a.Client.IsUrgent != b.Client.IsUrgent ? a.Client.IsUrgent : a.Start < b.Start;
}
