namespace MicroLake.Policies.Helpers;

/// <summary>The helpers that an embedder offers to programs; each hook may have its own.</summary>
public interface IHelperTable
{
    /// <summary>Null: there is no such helper here.</summary>
    HelperFunction? Find(int number);
}
