namespace MicroLake.Services.Supervision;

/// <summary>How much of a service that is shared by weight a client has.</summary>
/// <param name="Weight">Its share beside others', 1 to <see cref="MostWeight"/>.</param>
/// <param name="Sessions">Sessions that it may have at a time, 1 to <see cref="MostSessions"/>; each has at most one request that waits.</param>
public readonly record struct ServiceShare(int Weight, int Sessions)
{
    public const int MostWeight = 100;
    public const int MostSessions = 100;

    /// <summary>What a client has of which nothing is said.</summary>
    public static ServiceShare Usual => new(1, MostSessions);
}
