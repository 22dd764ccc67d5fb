using MicroLake.Abi;
using MicroLake.Sdk;

namespace MicroLake.Benchmarks.Ipc;

/// <summary>An endpoint, and a thread that answers every call with what it got.</summary>
public sealed class AnsweringThread : IDisposable
{
    private const ulong Stop = ulong.MaxValue;
    private const int StackBytes = 64 << 10;

    private readonly Thread _thread;

    public AnsweringThread()
    {
        MessageException.ThrowUnlessOk(HandleNumbers.CreateEndpoint(out uint endpoint));
        Endpoint = endpoint;
        _thread = new Thread(Answer, StackBytes);
        _thread.Start();
    }

    public uint Endpoint { get; }

    public void Dispose()
    {
        Message message = default;
        message.Label = Stop;
        MessageException.ThrowUnlessOk(Sdk.Ipc.Call(Endpoint, ref message));
        _thread.Join();
        MessageException.ThrowUnlessOk(HandleNumbers.Close(Endpoint));
    }

    private void Answer()
    {
        Message message = default;
        Status status = Sdk.Ipc.Receive(Endpoint, ref message);
        while (status == Status.Ok && message.Label != Stop)
            status = Sdk.Ipc.ReplyAndReceive(Endpoint, ref message);
        if (status == Status.Ok)
            _ = Sdk.Ipc.Reply(ref message);
    }
}
