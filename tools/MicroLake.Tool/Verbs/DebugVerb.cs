using System.CommandLine;
using MicroLake.Tool.Host;
using MicroLake.Tool.Qemu;
using MicroLake.Tool.Workspace;

namespace MicroLake.Tool.Verbs;

/// <summary><c>debug</c>: QEMU halted at its first instruction, and gdb attached with the kernel's symbols.</summary>
internal static class DebugVerb
{
    /// <summary>Where the kernel puts every program when it is told to (<c>programs=fixed</c>; LoadedProgram.LowestBase).</summary>
    private const string ProgramBase = "0x2000000000";

    private static readonly TimeSpan s_gdbSocketLimit = TimeSpan.FromSeconds(20);

    public static Command Create()
    {
        Option<string[]> breakpoints = new("--break")
        {
            Description = "Stop at a C# line (Kernel.cs:42) or symbol; may be repeated",
            HelpName = "WHERE",
        };
        Option<string[]> commands = new("--gdb") { Description = "A gdb command to run at start; may be repeated", HelpName = "CMD" };
        Option<bool> batch = new("--batch") { Description = "Leave gdb after the --gdb commands" };
        Option<string?> exec = new("--exec") { Description = "Shell commands for the guest instead of its prompt", HelpName = "CMD; CMD" };
        Option<string?> program = new("--program")
        {
            Description = "Symbols of a program in ring 3, too: its NAME.elf, with NAME.debug.elf beside it",
            HelpName = "FILE.elf",
        };
        MachineOptions machineOptions = new();
        Command command = new("debug", "QEMU waiting for gdb, and gdb with symbols") { breakpoints, commands, batch, exec, program };
        machineOptions.AddTo(command);
        command.SetAction(options =>
        {
            PackageInstaller.Ensure(DebianPackage.ForDebug);
            using RunFolder folder = new("debug");
            Machine machine = machineOptions.Prepare(options, folder);
            if (options.GetValue(exec) is { } text)
            {
                string script = folder.File("exec");
                File.WriteAllText(script, text);
                machine = machine with { Files = new Dictionary<string, string>(machine.Files) { [GuestFile.Exec] = script } };
            }
            string? programSymbols = options.GetValue(program) is { } elf ? ProgramSymbols(elf) : null;
            if (programSymbols is not null)
                machine = machine with { KernelOptions = [.. machine.KernelOptions, "programs=fixed"] };
            ImageProject project = ImageProject.At(options.GetRequiredValue(machineOptions.Project));
            return Run(machine, folder, project.DebugElf, programSymbols, options.GetValue(breakpoints) ?? [], options.GetValue(commands) ?? [], options.GetValue(batch));
        });
        return command;
    }

    private static string ProgramSymbols(string elf)
    {
        string symbols = Path.ChangeExtension(elf, ".debug.elf");
        return File.Exists(symbols)
            ? Path.GetFullPath(symbols)
            : throw new ToolException($"--program {elf}: there is no {symbols}; the build of a program leaves it beside its .elf");
    }

    private static int Run(Machine machine, RunFolder folder, string symbols, string? programSymbols, string[] breakpoints, string[] commands, bool batch)
    {
        string socket = folder.File("gdb");
        using QemuProcess qemu = QemuProcess.StartOnPipes(
        [
            .. QemuArguments.For(machine, SerialConsole.OnPseudoTerminal(folder.Log), folder.Path),
            "-gdb", $"unix:{QemuArguments.Escape(socket)},server=on,wait=off", "-S",
        ], machine.Gpu);
        _ = Task.Run(() => ShowConsole(qemu));
        if (!SpinWait.SpinUntil(() => File.Exists(socket), s_gdbSocketLimit))
            throw new ToolException("QEMU did not open its gdb socket; see its message above");
        Terminal.Note($"the serial log is {folder.Log}");

        // Ctrl-C belongs to gdb while it runs: it halts the guest.
        using StopSignals signals = new(() => { });
        List<string> arguments =
        [
            "-q", symbols,
            "-iex", "set debuginfod enabled off",
            "-ex", "set confirm off", "-ex", "set pagination off",
            "-ex", $"target remote {socket}",
        ];
        if (programSymbols is not null)
            arguments.AddRange(["-ex", $"add-symbol-file \"{programSymbols}\" -o {ProgramBase}"]);
        foreach (string breakpoint in breakpoints)
            arguments.AddRange(["-ex", $"break {breakpoint}"]);
        foreach (string text in commands)
            arguments.AddRange(["-ex", text]);
        if (batch)
            arguments.Add("-batch");
        return ChildProcess.Run("gdb", arguments);
    }

    /// <summary>QEMU says on standard output which pseudo-terminal the guest's console is.</summary>
    private static void ShowConsole(QemuProcess qemu)
    {
        using StreamReader reader = new(qemu.Output);
        while (reader.ReadLine() is { } line)
            Terminal.Note($"guest console: {line.Replace("char device redirected to ", "", StringComparison.Ordinal)}");
    }
}
