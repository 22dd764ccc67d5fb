namespace MicroLake.Policies.Helpers;

/// <summary>Helpers from a list, behind those of another table if there is one.</summary>
public sealed class HelperTable(IHelperTable? more, params HelperFunction[] functions) : IHelperTable
{
    /// <summary>No helpers at all.</summary>
    public static readonly HelperTable Empty = new(null);

    public HelperFunction? Find(int number)
    {
        foreach (HelperFunction function in functions)
            if (function.Number == number)
                return function;
        return more?.Find(number);
    }
}
