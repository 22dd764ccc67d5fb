using MicroLake.Tool.Host;
using MicroLake.Tool.Qemu;

namespace MicroLake.Tool.Verbs;

/// <summary>Tells on standard error how a scripted guest failed, and turns it into the tool's exit status.</summary>
internal static class BatchReport
{
    public static int ExitCodeOf(BatchResult result, TimeSpan limit, string log)
    {
        switch (result.End)
        {
            case BatchEnd.Completed when result.Status == 0 && result.QemuStatus != 0:
                Terminal.Error($"the guest succeeded but QEMU ended with status {result.QemuStatus}; its serial log is {log}");
                return ExitCode.NoStatus;
            case BatchEnd.Completed:
                // The kernel's status may be any number; a process has 8 bits.
                return result.Status is >= 0 and <= 255 ? result.Status.Value : ExitCode.Failure;
            case BatchEnd.Panicked:
                Terminal.Error($"the guest's kernel panicked; its serial log is {log}");
                return ExitCode.Panic;
            case BatchEnd.NoStatus:
                Terminal.Error($"the guest ended without finishing its commands (QEMU status {result.QemuStatus}); its serial log is {log}");
                return ExitCode.NoStatus;
            case BatchEnd.NoPowerOff:
                Terminal.Error($"the guest finished its commands with status {result.Status} but did not power off; its serial log is {log}");
                return ExitCode.NoStatus;
            case BatchEnd.TimedOut:
                Terminal.Error($"the guest did not finish within {limit.TotalSeconds:0} s and was ended; its serial log is {log}; --timeout S gives it longer");
                return ExitCode.Timeout;
            default:
                Terminal.Error($"interrupted; the guest's serial log is {log}");
                return ExitCode.Interrupted;
        }
    }
}
