using MicroLake.Abi;

namespace MicroLake.Services.Supervision;

/// <summary>A channel to a service that a process is started with.</summary>
/// <param name="Service">Name of the service; it has to run when the process is started.</param>
/// <param name="As">Under which name the process finds it: the start handle <c>grant.NAME</c>.</param>
/// <param name="Rights">What the process may do with it, beside passing it on as it is.</param>
public readonly record struct ServiceGrant(string Service, string As, HandleRights Rights)
{
    /// <summary>For services that are shared by weight; null: nothing is said.</summary>
    public ServiceShare? Share { get; init; }

    /// <summary>Calls, and nothing else.</summary>
    public const HandleRights UsualRights = HandleRights.Send;

    /// <summary>A grant under the service's own name.</summary>
    public static ServiceGrant Of(string service) => new(service, service, UsualRights);
}
