namespace MicroLake.Storage;

/// <summary>A page in the cache, for a policy that remembers which are there.</summary>
public interface ICachedPage
{
    /// <summary>It holds no changes, and may leave.</summary>
    bool CanLeave { get; }
}
