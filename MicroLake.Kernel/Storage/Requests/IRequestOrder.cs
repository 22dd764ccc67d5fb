namespace MicroLake.Storage;

/// <summary>Says which of the requests that wait for a disk goes next. Called while all of them wait: it may not use files.</summary>
public interface IRequestOrder
{
    /// <summary>The index of the request that goes; one that is not there stands for the first.</summary>
    /// <param name="requests">At least two: a write-back that is under way first, then those that wait, the one that came first before the others.</param>
    int Choose(ReadOnlySpan<WaitingRequest> requests);

    /// <summary>Whom a request is for that begins to wait (<see cref="WaitingRequest.Client"/>); called by its thread.</summary>
    uint Client => 0;
}
