namespace MicroLake.Storage;

/// <summary>
/// The heuristic: reads go before all else, because somebody waits for each; the first that came is the first. What has been passed over often enough goes
/// in any case, so nothing starves.
/// </summary>
public sealed class ReadsFirst : IRequestOrder
{
    /// <summary>The most requests that go before one that came earlier.</summary>
    public const int MostPassed = 16;

    public int Choose(ReadOnlySpan<WaitingRequest> requests)
    {
        int first = -1;
        for (int i = 0; i < requests.Length; i++)
        {
            if (requests[i].Passed >= MostPassed)
                return i;
            if (first < 0 && requests[i].Kind == RequestKind.Read)
                first = i;
        }

        return Math.Max(first, 0);
    }
}
