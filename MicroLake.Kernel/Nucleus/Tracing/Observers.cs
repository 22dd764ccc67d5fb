using System;

namespace MicroLake.Nucleus.Tracing;

/// <summary>Who wants to be told what happens. While nobody does, telling costs a load and a branch.</summary>
[Flags]
internal enum Observers : uint
{
    None = 0,

    /// <summary>The event trace.</summary>
    Trace = 1,

    /// <summary>The registry of runs (<see cref="Features.RunFeatures"/>).</summary>
    Runs = 2,

    /// <summary>The registry of page faults (<see cref="Features.FaultFeatures"/>).</summary>
    Faults = 4,

    /// <summary>A module that decides by what threads did before (<see cref="Features.RunHistory"/>).</summary>
    History = 8,

    /// <summary>A module that decides which processor threads go to.</summary>
    Balance = 16,
}
