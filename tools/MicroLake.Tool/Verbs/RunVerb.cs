using System.CommandLine;
using System.Security.Cryptography;
using MicroLake.Tool.Host;
using MicroLake.Tool.Protocol;
using MicroLake.Tool.Qemu;
using MicroLake.Tool.Workspace;

namespace MicroLake.Tool.Verbs;

/// <summary><c>run</c>: the guest's shell on this terminal, or a script and its output.</summary>
internal static class RunVerb
{
    private const int DefaultTimeoutSeconds = 300;

    public static Command Create()
    {
        Option<string?> exec = new("--exec") { Description = "Run these shell commands, print what they print, power off", HelpName = "CMD; CMD" };
        Option<string?> script = new("--script") { Description = "The same from a file; - is standard input", HelpName = "FILE" };
        Option<int?> timeout = new("--timeout") { Description = $"End the guest after so many seconds (scripts: {DefaultTimeoutSeconds})", HelpName = "S" };
        Option<string?> log = new("--log") { Description = "Where the raw serial log goes (artifacts/log)", HelpName = "FILE" };
        MachineOptions machineOptions = new();
        Command command = new("run", "Boot in QEMU: the shell on this terminal (Ctrl-A X leaves), or a script") { exec, script, timeout, log };
        machineOptions.AddTo(command);
        timeout.Validators.Add(result =>
        {
            if (result.Tokens is [var token, ..] && (!int.TryParse(token.Value, out int seconds) || seconds < 1))
                result.AddError($"--timeout {token.Value}: a whole number of seconds from 1 is needed");
        });
        command.Validators.Add(result =>
        {
            if (result.GetValue(exec) is not null && result.GetValue(script) is not null)
                result.AddError("--exec and --script cannot be used together");
        });
        command.SetAction(options =>
        {
            string? text = options.GetValue(exec) ?? (options.GetValue(script) is { } file ? ReadScript(file) : null);
            using RunFolder folder = new("run", LogPath(options.GetValue(log)));
            Machine machine = machineOptions.Prepare(options, folder);
            TimeSpan? limit = options.GetValue(timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
            return text is null
                ? RunTerminal(machine, folder, limit)
                : RunScript(machine, folder, text, limit ?? TimeSpan.FromSeconds(DefaultTimeoutSeconds));
        });
        return command;
    }

    private static int RunScript(Machine machine, RunFolder folder, string text, TimeSpan limit)
    {
        string exec = folder.File("exec");
        File.WriteAllText(exec, text);
        // A new one for each run: what the commands print cannot end the run, whatever it is.
        string token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        machine = machine with
        {
            Files = new Dictionary<string, string>(machine.Files) { [GuestFile.Exec] = exec },
            KernelOptions = [.. machine.KernelOptions, $"token={token}"],
        };
        using Stream output = Console.OpenStandardOutput();
        using Stream error = Console.OpenStandardError();
        GuestReader reader = new(output, error, token);
        BatchResult result = new BatchSession { Timeout = limit }
            .Run(QemuArguments.For(machine, SerialConsole.OnPipes(folder.Log), folder.Path), reader, machine.Gpu);
        return BatchReport.ExitCodeOf(result, limit, folder.Log);
    }

    private static int RunTerminal(Machine machine, RunFolder folder, TimeSpan? limit)
    {
        Terminal.Note("booting; Ctrl-A X leaves");
        machine = machine with { AllowReboot = true };
        (BatchEnd end, int? status) = InteractiveSession.Run(
            QemuArguments.For(machine, SerialConsole.OnTerminal(folder.Log), folder.Path), machine.Gpu, limit);
        if (end == BatchEnd.Completed && status != 0)
            throw new ToolException($"QEMU ended with status {status}; see its message above");
        return end == BatchEnd.Completed
            ? ExitCode.Success
            : BatchReport.ExitCodeOf(new BatchResult(end, null, status), limit ?? default, folder.Log);
    }

    private static string ReadScript(string file)
    {
        try
        {
            return file == "-" ? Console.In.ReadToEnd() : File.ReadAllText(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ToolException($"--script {file}: {failure.Message}");
        }
    }

    private static string? LogPath(string? log)
    {
        if (log is not null && !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(log))))
            throw new ToolException($"--log {log}: its folder does not exist");
        return log;
    }
}
