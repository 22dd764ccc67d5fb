namespace MicroLake.Services.Supervision;

/// <summary>
/// How long to wait before a service is started again: twice as long after each failure in a row, up to a limit, and not at all any more after too many.
/// A service that ran well for a while starts with a clean record.
/// </summary>
public sealed class BackOff(ServiceManifest manifest)
{
    /// <summary>Who ran so long has shown that it can.</summary>
    public static readonly TimeSpan GoodRun = TimeSpan.FromSeconds(10);

    /// <summary>Failures in a row.</summary>
    public int Failures { get; private set; }

    /// <summary>The wait before the next start, or null: the service is given up.</summary>
    /// <param name="failed">Whether it ended with a status other than 0, or not by itself.</param>
    /// <param name="ran">How long it ran.</param>
    public TimeSpan? Next(bool failed, TimeSpan ran)
    {
        if (manifest.Restart == RestartRule.Never || (manifest.Restart == RestartRule.OnFailure && !failed))
            return null;
        if (!failed || ran >= GoodRun)
            Failures = 0;
        if (failed && ++Failures > manifest.MaxFailures)
            return null;
        double milliseconds = manifest.BackOffMilliseconds * Math.Pow(2, Math.Max(0, Failures - 1));
        return TimeSpan.FromMilliseconds(Math.Min(milliseconds, manifest.MaxBackOffMilliseconds));
    }
}
