namespace MicroLake.GuestTests.Suites;

/// <summary>What this system does not have must say so: by an exception, not by a crash or a hang.</summary>
internal static class Absent
{
    /// <summary>Holds that <paramref name="use"/> fails in the guest, and returns the exception's name for the table.</summary>
    public static string Fails(Action use)
    {
        Where.OnlyInGuest();
        try
        {
            use();
        }
        catch (Exception e)
        {
            Exception cause = e;
            while (cause is TypeInitializationException or AggregateException && cause.InnerException is { } inner)
                cause = inner;
            if (cause is NullReferenceException or AccessViolationException or IndexOutOfRangeException or InvalidCastException)
                throw new CheckException($"it failed, but not clearly: {e}");
            return cause.GetType().Name;
        }
        throw new CheckException("it worked: move this test to the areas that work");
    }
}
