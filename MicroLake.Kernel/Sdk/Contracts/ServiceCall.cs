namespace MicroLake.Sdk;

/// <summary>The call that the current thread serves.</summary>
public static class ServiceCall
{
    [ThreadStatic]
    private static ulong t_badge;

    /// <summary>Who calls: the badge that the server gave the client's channel.</summary>
    public static ulong Badge
    {
        get => t_badge;
        internal set => t_badge = value;
    }
}
