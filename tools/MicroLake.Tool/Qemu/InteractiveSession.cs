using System.Globalization;
using MicroLake.Tool.Host;

namespace MicroLake.Tool.Qemu;

/// <summary>Hands this terminal to the guest until the guest powers off or the user leaves.</summary>
public static class InteractiveSession
{
    private static readonly TimeSpan s_orderlyExit = TimeSpan.FromSeconds(5);

    /// <param name="timeout">The most time it may take, or null for no limit.</param>
    /// <returns>QEMU's exit status, or null where the session was ended at the limit or by a signal.</returns>
    public static (BatchEnd End, int? QemuStatus) Run(IEnumerable<string> arguments, Gpu gpu, TimeSpan? timeout)
    {
        string? settings = TerminalSettings();
        using QemuProcess qemu = QemuProcess.StartOnTerminal(arguments, gpu);
        bool interrupted = false;
        using StopSignals signals = new(() =>
        {
            interrupted = true;
            Terminate(qemu);
        });
        bool left = qemu.WaitForExit(timeout ?? Timeout.InfiniteTimeSpan);
        if (!left)
            Terminate(qemu);
        if (settings is not null)
            ChildProcess.Run("stty", [settings]);
        return (left, interrupted) switch
        {
            (_, true) => (BatchEnd.Interrupted, null),
            (false, _) => (BatchEnd.TimedOut, null),
            _ when qemu.ExitStatus == QemuArguments.PanicStatus => (BatchEnd.Panicked, qemu.ExitStatus),
            _ => (BatchEnd.Completed, qemu.ExitStatus),
        };
    }

    // On SIGTERM QEMU closes its files in order; SIGKILL is for one that does not.
    private static void Terminate(QemuProcess qemu)
    {
        ChildProcess.Run("sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -TERM {qemu.Id} 2>/dev/null || true")]);
        if (!qemu.WaitForExit(s_orderlyExit))
            qemu.Kill();
    }

    /// <summary>The terminal's modes as stty(1) prints and takes them, or null where standard input is none.</summary>
    private static string? TerminalSettings()
    {
        if (Console.IsInputRedirected)
            return null;
        System.Diagnostics.ProcessStartInfo info = new("stty", ["-g"]) { RedirectStandardOutput = true };
        using System.Diagnostics.Process stty = ChildProcess.Start(info);
        string settings = stty.StandardOutput.ReadToEnd().Trim();
        stty.WaitForExit();
        return stty.ExitCode == 0 ? settings : null;
    }
}
