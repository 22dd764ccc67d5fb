namespace MicroLake.Nn.Gpu.Sharing;

/// <summary>A request that waits for its turn.</summary>
public sealed class FairRequest
{
    internal FairRequest(FairClient client, double start)
    {
        Client = client;
        Start = start;
    }

    public FairClient Client { get; }

    /// <summary>Virtual time at which it may start.</summary>
    internal double Start { get; }

    /// <summary>Wakes who waits for it; null: nobody has to.</summary>
    internal SemaphoreSlim? Turn { get; set; }
}
