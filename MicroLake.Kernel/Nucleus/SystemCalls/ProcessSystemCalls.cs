using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Diagnostics;
using MicroLake.Nucleus.Entropy;
using MicroLake.Nucleus.Processes;
using MicroLake.Nucleus.Time;

namespace MicroLake.Nucleus.SystemCalls;

/// <summary>Time, processors, random numbers, the log, and the end of a process.</summary>
internal static unsafe class ProcessSystemCalls
{
    private const int BlockBytes = 256;
    private const ulong LargestRandom = 65536;

    public static void Register()
    {
        SystemCallTable.Set(KernelCallNumber.Null, &Null);
        SystemCallTable.Set(KernelCallNumber.ProcessorCount, &ProcessorCount);
        SystemCallTable.Set(KernelCallNumber.ProcessorCurrent, &ProcessorCurrent);
        SystemCallTable.Set(KernelCallNumber.ClockMonotonic, &ClockMonotonic);
        SystemCallTable.Set(KernelCallNumber.ClockWall, &ClockWall);
        SystemCallTable.Set(KernelCallNumber.LogWrite, &LogWrite);
        SystemCallTable.Set(KernelCallNumber.Random, &Random);
        SystemCallTable.Set(KernelCallNumber.Panic, &Panic);
        SystemCallTable.Set(KernelCallNumber.ProcessExit, &Exit);
    }

    private static ulong Null(ulong a, ulong b, ulong c, ulong d, ulong e, ulong f) => 0;

    private static ulong ProcessorCount(ulong a, ulong b, ulong c, ulong d, ulong e, ulong f) => (ulong)Processors.Count;

    private static ulong ProcessorCurrent(ulong a, ulong b, ulong c, ulong d, ulong e, ulong f) => Processor.CurrentCpu()->Index;

    private static ulong ClockMonotonic(ulong a, ulong b, ulong c, ulong d, ulong e, ulong f) => Clock.Monotonic();

    private static ulong ClockWall(ulong a, ulong b, ulong c, ulong d, ulong e, ulong f) => (ulong)Clock.Wall();

    /// <summary>(text, bytes): a note in the kernel's log, at most 256 bytes of it.</summary>
    private static ulong LogWrite(ulong text, ulong bytes, ulong c, ulong d, ulong e, ulong f)
    {
        byte* block = stackalloc byte[BlockBytes];
        ulong count = bytes < BlockBytes ? bytes : BlockBytes;
        if (!UserMemory.TryRead(block, text, count))
            return (ulong)Status.InvalidArgument;
        Log.Bytes(block, (int)count);
        return (ulong)Status.Ok;
    }

    /// <summary>(buffer, bytes, at most 65,536): 1 if the bytes are there and fit for secrets.</summary>
    private static ulong Random(ulong buffer, ulong bytes, ulong c, ulong d, ulong e, ulong f)
    {
        if (bytes > LargestRandom)
            return 0;
        byte* block = stackalloc byte[BlockBytes];
        bool fit = true;
        for (ulong done = 0; done < bytes;)
        {
            ulong count = bytes - done < BlockBytes ? bytes - done : BlockBytes;
            fit &= SystemRandom.Fill(block, (int)count);
            if (!UserMemory.TryWrite(buffer + done, block, count))
                return 0;
            done += count;
        }

        return fit ? 1ul : 0;
    }

    /// <summary>(text, bytes): ends the process with a message.</summary>
    private static ulong Panic(ulong text, ulong bytes, ulong c, ulong d, ulong e, ulong f)
    {
        Process* process = Processor.CurrentThread()->Process;
        ulong count = bytes < ProcessRecord.MessageBytes ? bytes : ProcessRecord.MessageBytes;
        byte* message = stackalloc byte[ProcessRecord.MessageBytes];
        if (!UserMemory.TryRead(message, text, count))
            count = 0;
        ProcessLife.GiveUp(process, message, (int)count);
        return 0;
    }

    /// <summary>(exit code)</summary>
    private static ulong Exit(ulong code, ulong b, ulong c, ulong d, ulong e, ulong f)
    {
        ProcessLife.RequestEnd(Processor.CurrentThread()->Process, ProcessEnd.Exit, (int)code);
        return 0;
    }
}
