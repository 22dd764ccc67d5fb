using System.Text;
using MicroLake.Abi;

namespace MicroLake.Hosting.Processes;

/// <summary>A process and what it uses.</summary>
/// <param name="Id">Identifier with its generation.</param>
/// <param name="Name">What it was called when it was made.</param>
/// <param name="End">Why it ended, or <see cref="ProcessEnd.None"/>.</param>
/// <param name="ExitCode">Meaningful once it has ended.</param>
/// <param name="Threads">Threads that have not ended.</param>
/// <param name="CommittedBytes">Memory that it was promised.</param>
/// <param name="LimitBytes">The most that it may be promised.</param>
/// <param name="Handles">Handles that it has.</param>
/// <param name="ProcessorPercent">Its most processor time, in percent of one processor; 0: no limit.</param>
/// <param name="ProcessorTime">Of all its threads, those that ended included.</param>
/// <param name="Created">When it was made: time since the boot.</param>
/// <param name="Fault">Of a fault: what and where.</param>
/// <param name="Frames">Return addresses on the stack at a fault or panic, innermost first.</param>
/// <param name="Message">Last words of a process that gave up.</param>
public sealed record ProcessUse(
    uint Id, string Name, ProcessEnd End, int ExitCode, int Threads, long CommittedBytes, long LimitBytes, long PageFaults,
    int Handles, int ProcessorPercent, TimeSpan ProcessorTime, TimeSpan Created, ProcessFault Fault, IReadOnlyList<ulong> Frames, string Message)
{
    private const long PageBytes = 4096;

    /// <summary>What of its memory is on the swap disk.</summary>
    public long SwappedBytes { get; init; }

    /// <summary>Whether it has or had a thread.</summary>
    public bool HasStarted => Threads != 0 || ProcessorTime != TimeSpan.Zero;

    /// <summary>How it ended, to follow its name; empty while it runs.</summary>
    public string HowItEnded => End switch
    {
        ProcessEnd.None => "",
        ProcessEnd.Exit => $"ended with status {ExitCode}",
        ProcessEnd.Killed => "was killed",
        ProcessEnd.Fault => "was ended by a fault",
        _ => "gave up",
    };

    /// <summary>It ended by itself, with status 0.</summary>
    public bool EndedWell => End == ProcessEnd.Exit && ExitCode == 0;

    internal static unsafe ProcessUse From(ProcessRecord* record)
    {
        var frames = new ulong[Math.Min((int)record->FrameCount, ProcessRecord.MaxFrames)];
        for (int i = 0; i < frames.Length; i++)
            frames[i] = record->Frames[i];
        int messageBytes = Math.Min((int)record->MessageLength, ProcessRecord.MessageBytes);
        return new ProcessUse(
            record->Id, RecordField.Text(new ReadOnlySpan<byte>(record->Name, ProcessRecord.NameBytes)), record->End, record->ExitCode, (int)record->Threads,
            (long)record->ChargedPages * PageBytes, (long)record->ChargeLimitPages * PageBytes, (long)record->PageFaults, (int)record->Handles,
            (int)record->ProcessorPercent,
            RecordField.Time(record->RunNanoseconds), RecordField.Time(record->CreatedAt),
            new ProcessFault((int)record->FaultVector, record->FaultAddress, record->FaultError, record->FaultInstruction),
            frames, Encoding.UTF8.GetString(record->Message, messageBytes))
        { SwappedBytes = (long)record->SwappedPages * PageBytes };
    }
}
