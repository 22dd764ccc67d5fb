using MicroLake.Abi;
using MicroLake.Hosting;
using MicroLake.Hosting.Processes;
using MicroLake.Services.Files;
using MicroLake.Services.Programs;
using MicroLake.Services.Supervision;

namespace MicroLake.Shell.Programs;

[Command("run", "Runs a program in a process of its own", Usage = "[--grant SERVICE]... [--lookup NAME]... [--processor PERCENT] [--memory MIB] [--tenant NAME] FILE.elf [ARGUMENT...]",
    Details = """
        --grant   gives the program a channel to a service that runs, as its start handle grant.SERVICE
        --lookup  lets the program look up services of that name by message; NAME* stands for all that begin so
        --processor  the most processor time that the program may have, in percent of one processor
        --memory  the most memory that it may have, in MiB; half of what is free, if not said. With a swap disk that may be more than the machine has
        --tenant  the group that the program belongs to, for which a module may decide (mlaas)
        """)]
internal sealed class RunCommand : ICommand
{
    private const ulong PageBytes = 4096;
    private const int EndOfInput = -2;
    private const long SmallestLimit = 32 << 20;
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    public void Run(CommandContext context, ArgumentReader arguments)
    {
        IReadOnlyList<(string Name, string Value)> options = arguments.LeadingOptions("--grant", "--lookup", "--processor", "--memory", "--tenant");
        string path = arguments.Required("FILE.elf");
        IReadOnlyList<string> rest = arguments.Remainder();
        ElfProgram program;
        try
        {
            program = ProgramFiles.Read(path);
        }
        catch (ElfFormatException error)
        {
            throw new CommandException($"run: {Path.GetFileName(path)}: {error.Message}", "");
        }

        ProcessLimits limits = Limits(context, options);
        string? tenant = TenantOf(options);
        using ProcessGrants? grants = options.Any(static o => o.Name is "--grant" or "--lookup") ? Grant(context, options) : null;
        using ProcessConsole console = Open(context);
        using RunningProgram running = Start(program, path, rest, limits, console, grants, tenant);
        if (context.Input is { } keyboard)
            Attend(running.Process, console, keyboard, context.Cancellation);
        running.Process.Wait();
        console.Dispose();
        if (console.Failure is { } failure)
            throw new CommandException($"run: the output of {Path.GetFileName(path)} cannot be written: {failure.Message}", "");
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

    private static ProcessGrants Grant(CommandContext context, IReadOnlyList<(string Name, string Value)> options)
    {
        var grants = new List<ServiceGrant>();
        var lookups = new List<string>();
        foreach ((string name, string value) in options)
            if (name == "--grant")
                grants.Add(ServiceGrant.Of(value));
            else if (name == "--lookup")
                lookups.Add(value);
        try
        {
            return context.Shell.Services.Get<Supervisor>().Grant(grants, lookups);
        }
        catch (ManifestException error)
        {
            throw new CommandException($"run: {error.Message}", "");
        }
    }

    private static ProcessConsole Open(CommandContext context)
    {
        try
        {
            return new ProcessConsole((buffer, count) => context.WriteBytes(buffer.AsSpan(0, count)), context.IsTerminal);
        }
        catch (KernelException error)
        {
            throw NoRoom(error);
        }
    }

    private static RunningProgram Start(
        ElfProgram program, string path, IReadOnlyList<string> rest, ProcessLimits limits, ProcessConsole console, ProcessGrants? grants, string? tenant)
    {
        try
        {
            return RunningProgram.Start(program, Path.GetFileName(path), [path, .. rest], limits, console, grants?.Handles, ProcessFiles.Tree(), tenant);
        }
        catch (ArgumentException error)
        {
            throw new CommandException($"run: {error.Message}", "", CommandException.Usage);
        }
        catch (KernelException error)
        {
            throw NoRoom(error);
        }
    }

    private static CommandException NoRoom(KernelException error) => new($"run: {error.Message}", "see mem and ps for what uses the machine");

    private static void Report(CommandContext context, RunningProgram running, string name)
    {
        foreach (string line in running.DescribeEnd())
            context.Output.WriteLine(line);
        ProcessUse use = running.Process.Information();
        if (!use.EndedWell)
            throw new CommandException($"run: {name} {use.HowItEnded}", "", use.ExitCode is > 0 and < 256 ? use.ExitCode : CommandException.Failure);
    }

    /// <summary>A program may have half of what is free, if nothing else is said.</summary>
    private static ProcessLimits Limits(CommandContext context, IReadOnlyList<(string Name, string Value)> options) => new()
    {
        ProcessorPercent = ProcessorPercent(options),
        MemoryPages = (ulong)(MemoryLimit(options) ?? Math.Max(SmallestLimit, context.System.Memory().Free / 2)) / PageBytes,
        Threads = 256,
        Handles = 1024,
        HighestPriority = 32,
    };

    private static long? MemoryLimit(IReadOnlyList<(string Name, string Value)> options)
    {
        string? text = options.LastOrDefault(o => o.Name == "--memory").Value;
        if (text is null)
            return null;
        return int.TryParse(text, out int mib) && mib >= SmallestLimit >> 20
            ? (long)mib << 20
            : throw new CommandException($"run: --memory is not a whole number from {SmallestLimit >> 20} on", "it is in MiB", CommandException.Usage);
    }

    private static uint ProcessorPercent(IReadOnlyList<(string Name, string Value)> options)
    {
        string? text = options.LastOrDefault(o => o.Name == "--processor").Value;
        if (text is null)
            return 0;
        return int.TryParse(text, out int percent) && percent is > 0 and <= ServiceManifest.MostProcessorPercent
            ? (uint)percent
            : throw new CommandException($"run: --processor is not a whole number from 1 to {ServiceManifest.MostProcessorPercent}", "100 is one processor", CommandException.Usage);
    }

    private static string? TenantOf(IReadOnlyList<(string Name, string Value)> options)
    {
        string? name = options.LastOrDefault(static o => o.Name == "--tenant").Value;
        return name is null || Tenant.IsName(name)
            ? name
            : throw new CommandException("run: --tenant is not a name", "use small letters, digits, hyphens and dots", CommandException.Usage);
    }
}
