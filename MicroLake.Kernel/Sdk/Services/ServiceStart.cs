namespace MicroLake.Sdk;

/// <summary>What a process finds among its start handles when a supervisor has started it, and what the bits of its notifications mean.</summary>
public static class ServiceStart
{
    /// <summary>Bytes of the longest name of a service.</summary>
    public const int MaxNameLength = 32;

    /// <summary>The endpoint that the service answers.</summary>
    public const string Endpoint = "service";

    /// <summary>A notification by which the service is told what to do: <see cref="Serve"/>, <see cref="End"/>.</summary>
    public const string Control = "service.control";

    /// <summary>A notification by which the service tells how it is: <see cref="Ready"/>.</summary>
    public const string State = "service.state";

    /// <summary>A channel to the name service (<see cref="INameService"/>), of a process that may look names up.</summary>
    public const string Names = "names";

    /// <summary>Before the name of a channel to another service that the process was granted.</summary>
    public const string GrantPrefix = "grant.";

    /// <summary>Take calls from now on.</summary>
    public const ulong Serve = 1;

    /// <summary>Finish the calls that were taken, take no more, and end.</summary>
    public const ulong End = 2;

    /// <summary>The service could take calls now.</summary>
    public const ulong Ready = 1;
}
