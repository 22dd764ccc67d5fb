using MicroLake.Abi;
using MicroLake.Sdk;

namespace MicroLake.MessageBench;

/// <summary>Data that one process hands another in memory that both have mapped: a message says only that it is there.</summary>
internal sealed class SharedData
{
    private const ulong Take = 1;
    private const ulong Look = 2;

    private readonly uint _server;
    private readonly SharedMemory _memory;
    private byte _value;

    /// <summary>Makes the memory and gives it to the server.</summary>
    public SharedData(uint server, int bytes)
    {
        _server = server;
        _memory = SharedMemory.Create(bytes, out Handle handle);
        Message message = default;
        message.Label = Take;
        message[0] = (ulong)bytes;
        message.AddHandle(handle.Detach());
        Call(ref message);
    }

    /// <summary>Writes all of it anew, so many times, and has the server read it.</summary>
    public void Send(int times)
    {
        while (times-- > 0)
        {
            Message message = default;
            message.Label = Look;
            message[0] = ++_value;
            _memory.GetSpan().Fill(_value);
            Call(ref message);
            if (message[0] != (ulong)_memory.Memory.Length)
                throw new InvalidOperationException($"{message[0]} bytes of {_memory.Memory.Length} arrived");
        }
    }

    /// <summary>What the kernel copies for this process when data is sent, beyond what it copies for as many calls without.</summary>
    public long CopiedBySending()
    {
        const int Times = 16;
        ulong before = HandleNumbers.Statistics().CopiedBytes;
        Send(Times);
        ulong between = HandleNumbers.Statistics().CopiedBytes;
        for (int i = 0; i < Times; i++)
        {
            Message message = default;
            Call(ref message);
        }

        ulong after = HandleNumbers.Statistics().CopiedBytes;
        return (long)(between - before) - (long)(after - between);
    }

    /// <summary>The other side: answers until nobody can call any more.</summary>
    public static void Keep(uint endpoint)
    {
        SharedMemory? memory = null;
        Message message = default;
        Status status = Ipc.Receive(endpoint, ref message);
        while (status == Status.Ok)
        {
            if (message.Label == Take)
            {
                MessageException.ThrowUnlessOk(SharedMemory.TryMap(message.GetHandle(0), (int)message[0], out memory));
                MessageException.ThrowUnlessOk(HandleNumbers.Close(message.GetHandle(0)));
                message.HandleCount = 0;
            }
            else if (message.Label == Look)
            {
                message[0] = (ulong)memory!.GetSpan().Count((byte)message[0]);
            }

            status = Ipc.ReplyAndReceive(endpoint, ref message);
        }
    }

    private void Call(ref Message message) => MessageException.ThrowUnlessOk(Ipc.Call(_server, ref message));
}
