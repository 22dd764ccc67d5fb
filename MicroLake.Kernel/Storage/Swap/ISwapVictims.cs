namespace MicroLake.Storage.Swap;

/// <summary>Says which pages leave for the disk. Called by the pager while memory is short: it may not need memory itself.</summary>
public interface ISwapVictims
{
    /// <summary>Whether a page leaves that the hand is at; else it is passed over, and comes again.</summary>
    bool Leaves(uint owner, in SwapCandidate page);
}
