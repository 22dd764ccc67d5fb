using MicroLake.Abi;
using MicroLake.Hosting.Processes;
using MicroLake.Services.Files;
using MicroLake.Services.Programs;

namespace MicroLake.Shell.Programs;

[Command("run", "Runs a program in a process of its own", Usage = "FILE.elf [ARGUMENT...]")]
internal sealed class RunCommand : ICommand
{
    private const ulong PageBytes = 4096;
    private const int EndOfInput = -2;
    private const long SmallestLimit = 32 << 20;
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    public void Run(CommandContext context, ArgumentReader arguments)
    {
        string path = arguments.Required("FILE.elf");
        IReadOnlyList<string> rest = arguments.Remainder();
        ElfProgram program;
        try
        {
            program = ElfProgram.Read(File.ReadAllBytes(path));
        }
        catch (ElfFormatException error)
        {
            throw new CommandException($"run: {Path.GetFileName(path)}: {error.Message}", "");
        }

        using var console = new ProcessConsole((buffer, count) => context.WriteBytes(buffer.AsSpan(0, count)), context.IsTerminal);
        using RunningProgram running = Start(program, path, rest, context, console);
        if (context.Input is { } keyboard)
            Attend(running.Process, console, keyboard, context.Cancellation);
        running.Process.Wait();
        console.Dispose();
        Report(context, running, Path.GetFileName(path));
    }

    /// <summary>Hands on what is typed until the process has ended; Ctrl-C ends it.</summary>
    private static void Attend(KernelProcess process, ProcessConsole console, TerminalInput keyboard, CancellationToken cancellation)
    {
        using CancellationTokenRegistration kill = cancellation.Register(process.Kill);
        try
        {
            while (!process.Wait(TimeSpan.Zero))
            {
                int key = keyboard.Read(s_look);
                if (key >= 0)
                    console.Write([(byte)key], cancellation);
                else if (key == EndOfInput)
                {
                    console.EndInput();
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The process did not read what was typed, and is being ended.
        }
    }

    private static RunningProgram Start(
        ElfProgram program, string path, IReadOnlyList<string> rest, CommandContext context, ProcessConsole console)
    {
        try
        {
            return RunningProgram.Start(program, Path.GetFileName(path), [path, .. rest], Limits(context), console, files: ProcessFiles.Tree());
        }
        catch (ArgumentException error)
        {
            throw new CommandException($"run: {error.Message}", "", CommandException.Usage);
        }
    }

    private static void Report(CommandContext context, RunningProgram running, string name)
    {
        foreach (string line in running.DescribeEnd())
            context.Output.WriteLine(line);
        ProcessUse use = running.Process.Information();
        if (use.End == ProcessEnd.Exit && use.ExitCode == 0)
            return;
        string how = use.End switch
        {
            ProcessEnd.Exit => $"ended with status {use.ExitCode}",
            ProcessEnd.Killed => "was ended",
            ProcessEnd.Fault => "was ended by a fault",
            _ => "gave up",
        };
        throw new CommandException($"run: {name} {how}", "", use.ExitCode is > 0 and < 256 ? use.ExitCode : CommandException.Failure);
    }

    /// <summary>A program may have half of what is free.</summary>
    private static ProcessLimits Limits(CommandContext context) => new()
    {
        MemoryPages = (ulong)Math.Max(SmallestLimit, context.System.Memory().Free / 2) / PageBytes,
        Threads = 256,
        Handles = 1024,
        HighestPriority = 32,
    };
}
