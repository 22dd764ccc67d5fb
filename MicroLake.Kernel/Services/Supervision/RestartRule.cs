namespace MicroLake.Services.Supervision;

/// <summary>When a service that ended is started again.</summary>
public enum RestartRule
{
    /// <summary>However it ended.</summary>
    Always = 0,

    /// <summary>When it ended with a status other than 0, or not by itself.</summary>
    OnFailure = 1,

    /// <summary>Never.</summary>
    Never = 2,
}
