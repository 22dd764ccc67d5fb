namespace MicroLake.Services.Supervision;

/// <summary>Where a service is in its life.</summary>
public enum ServiceState
{
    /// <summary>Its process runs.</summary>
    Running = 0,

    /// <summary>It ended, and will be started again.</summary>
    Waiting = 1,

    /// <summary>It ended and stays so, by its manifest.</summary>
    Ended = 2,

    /// <summary>It failed too often.</summary>
    GivenUp = 3,

    /// <summary>Somebody stopped it.</summary>
    Stopped = 4,
}
