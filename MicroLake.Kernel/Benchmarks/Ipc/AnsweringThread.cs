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
        Expect(HandleNumbers.CreateEndpoint(out uint endpoint));
        Endpoint = endpoint;
        _thread = new Thread(Answer, StackBytes);
        _thread.Start();
    }

    public uint Endpoint { get; }

    /// <exception cref="InvalidOperationException">The kernel refused.</exception>
    public static void Expect(Status status)
    {
        if (status != Status.Ok)
            throw new InvalidOperationException($"the kernel answered {status}");
    }

    public void Dispose()
    {
        Message message = default;
        message.Label = Stop;
        Expect(Sdk.Ipc.Call(Endpoint, ref message));
        _thread.Join();
        Expect(HandleNumbers.Close(Endpoint));
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
