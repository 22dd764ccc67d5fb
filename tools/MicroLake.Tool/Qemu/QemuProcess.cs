using System.Diagnostics;
using MicroLake.Tool.Host;

namespace MicroLake.Tool.Qemu;

/// <summary>One QEMU that this process started. Disposing ends it if it still runs, and never touches any other.</summary>
public sealed class QemuProcess : IDisposable
{
    private readonly Process _process;

    private QemuProcess(Process process) => _process = process;

    /// <summary>Starts with this terminal as QEMU's own.</summary>
    public static QemuProcess StartOnTerminal(IEnumerable<string> arguments, Gpu gpu) =>
        new(ChildProcess.Start(new ProcessStartInfo(QemuArguments.Program, arguments), Environment(gpu)));

    /// <summary>Starts with standard input and output as pipes, for a serial line read by this process.</summary>
    public static QemuProcess StartOnPipes(IEnumerable<string> arguments, Gpu gpu = Gpu.None) =>
        StartOnPipes(QemuArguments.Program, arguments, gpu);

    internal static QemuProcess StartOnPipes(string program, IEnumerable<string> arguments, Gpu gpu) =>
        new(ChildProcess.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true },
            Environment(gpu)));

    public int Id => _process.Id;

    /// <summary>What the guest writes.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>What the guest reads.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    public int ExitStatus => _process.ExitCode;

    /// <summary>Waits until QEMU is gone. Returns false when the time is over first.</summary>
    public bool WaitForExit(TimeSpan timeout) => _process.WaitForExit(timeout);

    public void WaitForExit() => _process.WaitForExit();

    public Task WaitForExitAsync() => _process.WaitForExitAsync();

    /// <summary>Ends QEMU at once.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
            _process.Kill();
    }

    public void Dispose()
    {
        Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>What QEMU needs in its environment: virglrenderer wants an OpenGL display, which the off-screen driver gives without a window system.</summary>
    public static Dictionary<string, string> Environment(Gpu gpu) =>
        gpu == Gpu.Virgl ? new() { ["SDL_VIDEODRIVER"] = "offscreen", ["LP_NUM_THREADS"] = "0" } : [];
}
