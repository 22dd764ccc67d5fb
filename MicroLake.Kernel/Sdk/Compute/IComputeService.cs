namespace MicroLake.Sdk;

/// <summary>
/// Where programs get a model of their own run by the kernel, on the graphics processor or on the processor. Its name is <see cref="ComputeContract.ServiceName"/>;
/// a program reaches it as it was granted (<see cref="ComputeModel"/> does all that this takes).
/// </summary>
[Contract("microlake.compute", 1)]
public interface IComputeService
{
    /// <summary>A channel of <see cref="IComputeSession"/> for one model. What the client had goes with the last handle of the channel.</summary>
    /// <param name="client">For people who look on.</param>
    /// <exception cref="ContractException"><see cref="ReplyCode.Busy"/>: the service has as many clients as it takes.</exception>
    Channel Connect([MaxLength(ComputeContract.MostNameBytes)] string client);
}
