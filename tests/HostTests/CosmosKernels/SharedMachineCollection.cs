using Xunit;

namespace MicroLake.HostTests.CosmosKernels;

/// <summary>There is one machine for all Cosmos classes, so tests that install one do not run beside each other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SharedMachineCollection
{
    public const string Name = "one machine";
}
