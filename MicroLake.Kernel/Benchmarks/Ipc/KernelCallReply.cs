using MicroLake.Abi;
using MicroLake.Sdk;

namespace MicroLake.Benchmarks.Ipc;

/// <summary>A call of 64 bytes to a thread of the same address space and processor, and its answer of 64 bytes.</summary>
public sealed class KernelCallReply() : BatchBenchmark("ipc.call_reply.kernel", "call and reply between two kernel threads, 64 bytes", batch: 2000)
{
    private AnsweringThread? _server;

    protected override void Begin() => _server = new AnsweringThread();

    protected override void Operate(long count)
    {
        uint endpoint = _server!.Endpoint;
        Message message = default;
        Status status = Status.Ok;
        while (count-- > 0)
            status |= Sdk.Ipc.Call(endpoint, ref message);
        MessageException.ThrowUnlessOk(status);
    }

    protected override void End() => _server?.Dispose();
}
