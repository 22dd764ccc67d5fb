using System.Text;
using MicroLake.Abi;
using MicroLake.Hosting.Processes;
using MicroLake.Services.Files;
using MicroLake.Services.Programs;

namespace MicroLake.GuestTests.Guest.Processes;

/// <summary>One run of the probe (tests/Programs/Probe) in a process of its own, with all that it writes.</summary>
internal sealed class ProbeRun : IDisposable
{
    public const string Path = "/host/probe.elf";

    private static readonly Lazy<ElfProgram> s_program = new(() => ElfProgram.Read(File.ReadAllBytes(Path)));

    private readonly ProcessConsole _console;
    private readonly StringBuilder _output = new();

    public ProbeRun(params ReadOnlySpan<string> arguments)
        : this(32 << 20, arguments)
    {
    }

    public ProbeRun(long memory, params ReadOnlySpan<string> arguments)
        : this(Limits(memory), [], arguments)
    {
    }

    public ProbeRun(StartHandle handle, params ReadOnlySpan<string> arguments)
        : this(Limits(32 << 20), [handle], arguments)
    {
    }

    public ProbeRun(ProcessLimits limits, params ReadOnlySpan<string> arguments)
        : this(limits, [], arguments)
    {
    }

    private ProbeRun(ProcessLimits limits, IReadOnlyList<StartHandle> handles, ReadOnlySpan<string> arguments)
    {
        _console = new ProcessConsole(Append, isTerminal: false);
        try
        {
            Program = Start(_console, limits, handles, arguments);
        }
        catch
        {
            _console.Dispose();
            throw;
        }
    }

    /// <summary>Starts the probe with a console of the caller's.</summary>
    public static RunningProgram Start(ProcessConsole console, long memory, params ReadOnlySpan<string> arguments) =>
        Start(console, Limits(memory), [], arguments);

    private static RunningProgram Start(ProcessConsole console, ProcessLimits limits, IReadOnlyList<StartHandle> handles, ReadOnlySpan<string> arguments) =>
        RunningProgram.Start(s_program.Value, "probe", ["probe", .. arguments], limits, console, handles, ProcessFiles.Tree());

    public RunningProgram Program { get; }

    public KernelProcess Process => Program.Process;

    /// <summary>Waits for the end; what is known of it then, with all output.</summary>
    public (ProcessUse End, string Output) Finish()
    {
        Process.Wait();
        _console.Dispose();
        return (Process.Information(), _output.ToString());
    }

    /// <summary>Waits until the process has written this.</summary>
    public void WaitForOutput(string text)
    {
        lock (_output)
            while (!_output.ToString().Contains(text, StringComparison.Ordinal))
                Monitor.Wait(_output);
    }

    /// <summary>Runs the probe to its end.</summary>
    public static (ProcessUse End, string Output) Of(params ReadOnlySpan<string> arguments)
    {
        using var run = new ProbeRun(arguments);
        return run.Finish();
    }

    public void Dispose()
    {
        Program.Dispose();
        _console.Dispose();
    }

    public static ProcessLimits Limits(long memory) => new()
    {
        MemoryPages = (ulong)memory / 4096,
        Threads = 40,
        Handles = 200,
        HighestPriority = 32,
    };

    private void Append(byte[] buffer, int count)
    {
        lock (_output)
        {
            _output.Append(Encoding.UTF8.GetString(buffer, 0, count));
            Monitor.PulseAll(_output);
        }
    }
}
