using MicroLake.Abi;
using MicroLake.Sdk;

namespace MicroLake.Benchmarks.Ipc;

/// <summary>Two threads that hand each other the turn by notifications: an operation is there and back.</summary>
public sealed class NotificationTurn() : BatchBenchmark("ipc.notification", "signal to a waiting thread and its signal back", batch: 500)
{
    private const ulong Stop = 2;

    private uint _ping, _pong;
    private Thread? _other;

    protected override void Begin()
    {
        MessageException.ThrowUnlessOk(HandleNumbers.CreateNotification(out _ping));
        MessageException.ThrowUnlessOk(HandleNumbers.CreateNotification(out _pong));
        _other = new Thread(() =>
        {
            while (Sdk.Ipc.Wait(_ping, out ulong bits) == Status.Ok && bits != Stop)
                _ = Sdk.Ipc.Signal(_pong, 1);
        });
        _other.Start();
    }

    protected override void Operate(long count)
    {
        Status status = Status.Ok;
        while (count-- > 0)
            status |= Sdk.Ipc.Signal(_ping, 1) | Sdk.Ipc.Wait(_pong, out _);
        MessageException.ThrowUnlessOk(status);
    }

    protected override void End()
    {
        _ = Sdk.Ipc.Signal(_ping, Stop);
        _other?.Join();
        _ = HandleNumbers.Close(_ping);
        _ = HandleNumbers.Close(_pong);
    }
}
