namespace MicroLake.Storage.Decisions;

/// <summary>
/// The order of the requests that wait for a disk, by the module at the hook <c>io.submit</c>; reads first while there is none. What comes of a decision is
/// how long the request has waited that goes. A module of a process or tenant is asked where the heuristic would let a request of that process go: it may let
/// others go first, and brings none forward that is not its turn.
/// </summary>
public sealed class HookedRequestOrder(IDiskHooks hooks) : IRequestOrder
{
    private readonly ReadsFirst _readsFirst = new();
    private long[] _features = [];

    public uint Client => hooks.Client(DiskHook.Submit);

    public int Choose(ReadOnlySpan<WaitingRequest> requests)
    {
        int choice = _readsFirst.Choose(requests);
        uint client = requests[choice].Client;
        if (!hooks.IsAttached(DiskHook.Submit, client))
            return choice;
        int length = requests.Length * IDiskHooks.CandidateFeatures;
        if (_features.Length < length)
            _features = new long[length];
        for (int i = 0; i < requests.Length; i++)
            Write(requests[i], requests.Length, _features.AsSpan(i * IDiskHooks.CandidateFeatures, IDiskHooks.CandidateFeatures));
        choice = hooks.Choose(DiskHook.Submit, _features.AsSpan(0, length), choice, out _, client: client);
        if ((uint)choice < (uint)requests.Length)
            hooks.Outcome(DiskHook.Submit, requests[choice].WaitedNanoseconds, -1, client);
        return choice;
    }

    private static void Write(in WaitingRequest request, int waiting, Span<long> features)
    {
        features[0] = (long)request.Kind;
        features[1] = request.File;
        features[2] = request.Page;
        features[3] = request.Pages;
        features[4] = request.WaitedNanoseconds;
        features[5] = request.Passed;
        features[6] = waiting;
    }
}
