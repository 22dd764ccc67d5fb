using MicroLake.Abi;
using MicroLake.Sdk;
using Xunit;

namespace MicroLake.HostTests.Sdk;

/// <summary>
/// Notes which handles are closed, instead of a kernel. Tests that use it run one after the other; what the collector finds after them is closed
/// by nobody, for there is no kernel.
/// </summary>
[CollectionDefinition(nameof(ClosedHandles), DisableParallelization = true)]
public sealed class ClosedHandles : IDisposable
{
    public ClosedHandles() => Handle.Closer = number =>
    {
        Numbers.Add(number);
        return Status.Ok;
    };

    public List<uint> Numbers { get; } = [];

    public void Dispose() => Handle.Closer = _ => Status.Ok;
}
