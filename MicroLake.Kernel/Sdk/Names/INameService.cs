namespace MicroLake.Sdk;

/// <summary>
/// Services by name, for processes that were given the start handle <see cref="ServiceStart.Names"/>. Which names one may look up is part of what it
/// was granted.
/// </summary>
[Contract("microlake.names", 1)]
public interface INameService
{
    /// <summary>A channel to the present generation of a service.</summary>
    /// <exception cref="ContractException"><see cref="ReplyCode.NotPermitted"/>: the process may not look this name up, whether it exists or not;
    /// <see cref="ReplyCode.NotFound"/>: no service of that name runs now.</exception>
    Channel Find([MaxLength(ServiceStart.MaxNameLength)] string name);
}
