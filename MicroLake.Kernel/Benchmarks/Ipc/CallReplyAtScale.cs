using System.Globalization;
using MicroLake.Abi;
using MicroLake.Sdk;

namespace MicroLake.Benchmarks.Ipc;

/// <summary>Calls to so many endpoints in an order that jumps about, each with a thread of its own that answers: the cost of one should not grow.</summary>
/// <param name="endpoints">Endpoints, and threads.</param>
public sealed class CallReplyAtScale(int endpoints) : BatchBenchmark(
    $"ipc.call_reply.endpoints_{endpoints.ToString(CultureInfo.InvariantCulture)}", $"call and reply, with {endpoints} endpoints and threads", batch: 2000)
{
    // Far from any power of two, and prime: every endpoint has its turn.
    private const int Stride = 7919;

    private readonly List<AnsweringThread> _servers = [];
    private int _next;

    protected override void Begin()
    {
        for (int i = 0; i < endpoints; i++)
            _servers.Add(new AnsweringThread());
    }

    protected override void Operate(long count)
    {
        Message message = default;
        Status status = Status.Ok;
        while (count-- > 0)
        {
            status |= Sdk.Ipc.Call(_servers[_next].Endpoint, ref message);
            _next = (_next + Stride) % endpoints;
        }

        MessageException.ThrowUnlessOk(status);
    }

    protected override void End()
    {
        foreach (AnsweringThread server in _servers)
            server.Dispose();
        _servers.Clear();
    }
}
