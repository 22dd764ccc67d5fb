namespace MicroLake.Storage.Swap;

/// <summary>Second chance (CLOCK): a page that was used since the hand was there last stays.</summary>
public sealed class ClockVictims : ISwapVictims
{
    public bool Leaves(uint owner, in SwapCandidate page) => !page.WasUsed;
}
