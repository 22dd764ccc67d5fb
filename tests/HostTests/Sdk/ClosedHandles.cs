using MicroLake.Abi;
using MicroLake.Sdk;
using Xunit;

namespace MicroLake.HostTests.Sdk;

/// <summary>Notes which handles are closed, instead of a kernel. Tests that use it run one after the other.</summary>
[CollectionDefinition(nameof(ClosedHandles), DisableParallelization = true)]
public sealed class ClosedHandles : IDisposable
{
    private readonly Func<uint, Status> _before = Handle.Closer;

    public ClosedHandles() => Handle.Closer = number =>
    {
        Numbers.Add(number);
        return Status.Ok;
    };

    public List<uint> Numbers { get; } = [];

    public void Dispose() => Handle.Closer = _before;
}
