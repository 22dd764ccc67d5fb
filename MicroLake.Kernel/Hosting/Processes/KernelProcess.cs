using System.Text;
using MicroLake.Abi;
using MicroLake.Sdk;

namespace MicroLake.Hosting.Processes;

/// <summary>
/// A process that this program has made. Disposing it ends it if it still runs, and gives all that it had back.
/// </summary>
public sealed unsafe class KernelProcess : IDisposable
{
    private const int KilledExitCode = 137;

    /// <summary>That the kernel has at a time.</summary>
    private const int MostProcesses = 256;

    private int _disposed;

    private KernelProcess(uint id) => Id = id;

    /// <summary>Identifier with its generation, as ps shows it.</summary>
    public uint Id { get; }

    /// <summary>Makes a process without memory and threads.</summary>
    /// <param name="name">What ps shows; cut to 31 bytes of UTF-8.</param>
    /// <exception cref="KernelException">There is no memory, or there are too many processes.</exception>
    public static KernelProcess Create(string name, ProcessLimits limits)
    {
        byte[] text = Encoding.UTF8.GetBytes(name);
        uint id;
        // SAFETY: the text is fixed for the length of the call, which reads no more than its length.
        fixed (byte* start = text)
            KernelException.ThrowUnlessOk(ProcessKernelCall.Create(&limits, start, text.Length, &id), "a process cannot be made");
        return new KernelProcess(id);
    }

    /// <summary>Reserves addresses of the process at <paramref name="start"/>, or at a place of the kernel's choice if that is 0. Returns the place.</summary>
    public ulong Reserve(ulong start, ulong bytes, Protection protection)
    {
        ulong at = start;
        KernelException.ThrowUnlessOk(ProcessKernelCall.Reserve(Id, &at, bytes, protection), "memory for the process cannot be had");
        return at;
    }

    /// <summary>Sets what the process may do with a range that is reserved throughout.</summary>
    public void Protect(ulong start, ulong bytes, Protection protection) =>
        KernelException.ThrowUnlessOk(ProcessKernelCall.Protect(Id, start, bytes, protection), "memory for the process cannot be had");

    /// <summary>Maps code or constants at <paramref name="start"/>, a multiple of 4 KiB.</summary>
    public void Map(ulong start, ProgramMemory memory)
    {
        ulong at = start;
        KernelException.ThrowUnlessOk(
            ProcessKernelCall.Map(Id, memory.Value, 0, memory.Bytes, memory.Protection, &at), "memory for the process cannot be had");
    }

    /// <summary>Moves one of the kernel's handles to the process; returns its number there. A handle that cannot be moved is closed.</summary>
    /// <exception cref="KernelException">The process may have no more handles.</exception>
    public uint Give(uint handle)
    {
        uint given;
        Status status = ProcessKernelCall.Give(Id, handle, &given);
        if (status != Status.Ok)
            _ = HandleNumbers.Close(handle);
        KernelException.ThrowUnlessOk(status, "a handle cannot be given to the process");
        return given;
    }

    /// <summary>Gives the process a duplicate of one of the kernel's handles with these rights, and the right to pass it on; returns its number there.</summary>
    /// <exception cref="KernelException">The process may have no more handles, or the handle has no such rights.</exception>
    public uint GiveDuplicate(uint handle, HandleRights rights, ulong badge = 0)
    {
        KernelException.ThrowUnlessOk(
            HandleNumbers.Duplicate(handle, out uint duplicate, rights | HandleRights.Transfer, badge), "a handle cannot be made");
        return Give(duplicate);
    }

    /// <summary>Fills memory of the process, whatever its own rights are there.</summary>
    public void Write(ulong address, ReadOnlySpan<byte> data)
    {
        // SAFETY: the span is fixed for the length of the call, which reads no more than its length.
        fixed (byte* start = data)
            KernelException.ThrowUnlessOk(ProcessKernelCall.Write(Id, address, start, (ulong)data.Length), "the process's memory cannot be filled");
    }

    /// <summary>Starts the main thread with an argument, on the stack [stackLow, stackHigh) of the process.</summary>
    public void Start(ulong entry, ulong argument, ulong stackLow, ulong stackHigh) =>
        KernelException.ThrowUnlessOk(ProcessKernelCall.Start(Id, entry, argument, stackLow, stackHigh), "the process cannot be started");

    /// <summary>Ends the process, wherever it is. One that has ended stays as it is.</summary>
    public void Kill() => _ = ProcessKernelCall.Kill(Id, KilledExitCode);

    /// <summary>Waits until all threads of the process have ended.</summary>
    public void Wait() => KernelException.ThrowUnlessOk(ProcessKernelCall.Wait(Id, Ipc.NoDeadline), "the process cannot be waited for");

    /// <summary>Waits at most so long. False: it still runs.</summary>
    public bool Wait(TimeSpan timeout) =>
        ProcessKernelCall.Wait(Id, Ipc.After(timeout)) == Status.Ok;

    /// <summary>How the process is now.</summary>
    public ProcessUse Information() => TryInformation(Id) ?? throw new ObjectDisposedException(nameof(KernelProcess));

    /// <summary>All processes but the kernel.</summary>
    public static IReadOnlyList<ProcessUse> All()
    {
        uint* ids = stackalloc uint[MostProcesses];
        int count = Math.Min(ProcessKernelCall.List(ids, MostProcesses), MostProcesses);
        var processes = new List<ProcessUse>(count);
        for (int i = 0; i < count; i++)
            if (TryInformation(ids[i]) is { } process)
                processes.Add(process);
        return processes;
    }

    /// <summary>Ends a process by its identifier. False: there is none.</summary>
    public static bool TryKill(uint id) => ProcessKernelCall.Kill(id, KilledExitCode) == Status.Ok;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        Kill();
        if (Information().HasStarted)
            Wait();
        _ = ProcessKernelCall.Release(Id);
    }

    private static ProcessUse? TryInformation(uint id)
    {
        ProcessRecord record;
        return ProcessKernelCall.Information(id, &record) == Status.Ok ? ProcessUse.From(&record) : null;
    }
}
