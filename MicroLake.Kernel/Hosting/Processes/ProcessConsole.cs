using MicroLake.Abi;
using MicroLake.Sdk;

namespace MicroLake.Hosting.Processes;

/// <summary>
/// The starter's side of a process's console (<see cref="ConsoleChannel"/>): what the process writes goes to a function, what is typed goes in.
/// </summary>
public sealed unsafe class ProcessConsole : IDisposable
{
    private readonly uint _memoryHandle, _fromProcess, _outputRoom, _input;
    private readonly byte* _memory;
    private readonly SemaphoreSlim _inputTaken = new(0);
    private readonly Thread? _pump;
    private int _disposed;

    /// <summary>Makes a console whose output goes to <paramref name="output"/>, on a thread of its own.</summary>
    /// <exception cref="KernelException">There is no memory for it.</exception>
    public ProcessConsole(Action<byte[], int> output, bool isTerminal)
    {
        try
        {
            uint handle;
            Expect(ProcessKernelCall.CreateMemory(ConsoleChannel.Pages, &handle));
            _memoryHandle = handle;
            ulong start;
            Expect(ProcessKernelCall.MapMemory(handle, 0, ConsoleChannel.Pages * 4096, Protection.Read | Protection.Write, &start));
            _memory = (byte*)start;
            Expect(HandleNumbers.CreateNotification(out _fromProcess));
            Expect(HandleNumbers.CreateNotification(out _outputRoom));
            Expect(HandleNumbers.CreateNotification(out _input));
            Flags = isTerminal ? ConsoleChannel.IsTerminal : ConsoleChannel.InputEnded;
            var pump = new Thread(() => Pump(output)) { Name = "console", IsBackground = true };
            pump.Start();
            _pump = pump;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What the function threw that took the output, if it did; the rest of the output is lost.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Gives a process its side; the handles are for its start (<see cref="StartInformation"/>).</summary>
    /// <exception cref="KernelException">The process may not have so many handles.</exception>
    public IReadOnlyList<(string Name, uint Handle)> GrantTo(KernelProcess process) =>
    [
        ("console", process.GiveDuplicate(_memoryHandle, HandleRights.Read | HandleRights.Write)),
        ("console.starter", process.GiveDuplicate(_fromProcess, HandleRights.Signal)),
        ("console.room", process.GiveDuplicate(_outputRoom, HandleRights.Wait)),
        ("console.input", process.GiveDuplicate(_input, HandleRights.Wait)),
    ];

    /// <summary>Hands input to the process; waits while it has not taken what it got before.</summary>
    public void Write(ReadOnlySpan<byte> data, CancellationToken cancellation)
    {
        while (!data.IsEmpty)
        {
            uint count;
            // SAFETY: the span is fixed for the length of the call, which reads no more than its length.
            fixed (byte* source = data)
                count = ByteRing.Write(
                    (ByteRing*)(_memory + ConsoleChannel.InputRing), _memory + ConsoleChannel.InputData, ConsoleChannel.InputLength,
                    source, (uint)data.Length);
            data = data[(int)count..];
            if (count != 0)
                _ = Ipc.Signal(_input, 1);
            else
                _inputTaken.Wait(cancellation);
        }
    }

    /// <summary>No more input will come.</summary>
    public void EndInput()
    {
        Flags |= ConsoleChannel.InputEnded;
        _ = Ipc.Signal(_input, 1);
    }

    /// <summary>Everything that the process wrote has been handed on when this returns.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        if (_pump is not null)
        {
            _ = Ipc.Signal(_fromProcess, ConsoleChannel.Stop);
            _pump.Join();
        }

        if (_memory != null)
            _ = ProcessKernelCall.UnmapMemory((ulong)_memory);
        foreach (uint handle in (ReadOnlySpan<uint>)[_memoryHandle, _fromProcess, _outputRoom, _input])
            if (handle != 0)
                _ = HandleNumbers.Close(handle);
        _inputTaken.Dispose();
    }

    private uint Flags
    {
        get => Volatile.Read(ref *(uint*)(_memory + ConsoleChannel.Flags));
        set => Volatile.Write(ref *(uint*)(_memory + ConsoleChannel.Flags), value);
    }

    private static void Expect(Status status) => KernelException.ThrowUnlessOk(status, "a console cannot be made");

    private void Pump(Action<byte[], int> output)
    {
        var buffer = new byte[4096];
        while (Ipc.Wait(_fromProcess, out ulong bits) == Status.Ok)
        {
            if ((bits & ConsoleChannel.InputTaken) != 0)
                _ = _inputTaken.Release();
            int count;
            while ((count = Take(buffer)) != 0)
            {
                _ = Ipc.Signal(_outputRoom, 1);
                HandOn(output, buffer, count);
            }

            if ((bits & ConsoleChannel.Stop) != 0)
                return;
        }
    }

    private void HandOn(Action<byte[], int> output, byte[] buffer, int count)
    {
        if (Failure is not null)
            return;
        try
        {
            output(buffer, count);
        }
        catch (Exception error)
        {
            // On this thread nobody would catch it, and it would end the system.
            Failure = error;
        }
    }

    private int Take(byte[] buffer)
    {
        // SAFETY: the buffer is fixed for the length of the call, which writes no more than its length.
        fixed (byte* target = buffer)
            return (int)ByteRing.Read(
                (ByteRing*)(_memory + ConsoleChannel.OutputRing), _memory + ConsoleChannel.OutputData, ConsoleChannel.OutputLength,
                target, (uint)buffer.Length);
    }
}
