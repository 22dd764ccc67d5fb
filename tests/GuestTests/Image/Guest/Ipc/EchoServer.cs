using MicroLake.Abi;
using MicroLake.Sdk;

namespace MicroLake.GuestTests.Guest.Ipc;

/// <summary>Threads that answer each call with its words, plus one; label <see cref="Stop"/> ends the one that gets it.</summary>
internal sealed class EchoServer : IDisposable
{
    public const ulong Stop = ulong.MaxValue;

    private readonly Thread[] _threads;
    private int _calls;

    public EchoServer(int threads = 1)
    {
        Kernel.Succeeds(HandleNumbers.CreateEndpoint(out uint endpoint));
        Endpoint = endpoint;
        _threads = [.. Enumerable.Range(0, threads).Select(i => new Thread(Serve) { Name = $"echo {i}" })];
        foreach (Thread thread in _threads)
            thread.Start();
    }

    public uint Endpoint { get; }

    public int Calls => _calls;

    public void Dispose()
    {
        foreach (Thread _ in _threads)
        {
            Message stop = default;
            stop.Label = Stop;
            Kernel.Succeeds(Sdk.Ipc.Call(Endpoint, ref stop));
        }

        foreach (Thread thread in _threads)
            thread.Join();
        Kernel.Succeeds(HandleNumbers.Close(Endpoint));
    }

    private void Serve()
    {
        Message message = default;
        Kernel.Succeeds(Sdk.Ipc.Receive(Endpoint, ref message));
        while (message.Label != Stop)
        {
            Interlocked.Increment(ref _calls);
            for (int i = 0; i < Message.WordCount; i++)
                message[i]++;
            Kernel.Succeeds(Sdk.Ipc.ReplyAndReceive(Endpoint, ref message));
        }

        Kernel.Succeeds(Sdk.Ipc.Reply(ref message));
    }
}
