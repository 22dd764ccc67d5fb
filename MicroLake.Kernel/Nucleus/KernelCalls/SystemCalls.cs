using System.Runtime;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Boot;
using MicroLake.Nucleus.Console;
using MicroLake.Nucleus.Diagnostics;
using MicroLake.Nucleus.Entropy;
using MicroLake.Nucleus.Memory;
using MicroLake.Nucleus.Power;
using MicroLake.Nucleus.Time;

namespace MicroLake.Nucleus.KernelCalls;

/// <summary>Kernel calls on time, console, log, boot data and the end.</summary>
internal static unsafe class SystemCalls
{
    /// <summary>Nanoseconds since the boot.</summary>
    [RuntimeExport("mk_clock_monotonic")]
    private static ulong ClockMonotonic() => Clock.Monotonic();

    /// <summary>Nanoseconds since 1970-01-01 UTC.</summary>
    [RuntimeExport("mk_clock_wall")]
    private static long ClockWall() => Clock.Wall();

    /// <summary>Reads at least one byte; a negative timeout waits for ever, else 0 is returned after it.</summary>
    [RuntimeExport("mk_console_read")]
    private static nint ConsoleRead(byte* buffer, nint length, long timeoutNanoseconds) =>
        ConsoleDevice.Read(buffer, length, timeoutNanoseconds < 0 ? ulong.MaxValue : Clock.Monotonic() + (ulong)timeoutNanoseconds);

    [RuntimeExport("mk_console_write")]
    private static nint ConsoleWrite(byte* bytes, nint length)
    {
        ConsoleDevice.Write(bytes, length);
        return length;
    }

    /// <summary>A person sits at the serial line until the kernel's own program finds out otherwise.</summary>
    [RuntimeExport("mk_console_is_raw")]
    private static int ConsoleIsRaw() => 0;

    [RuntimeExport("mk_console_pending")]
    private static int ConsolePending() => ConsoleDevice.Pending;

    [RuntimeExport("mk_log_write")]
    private static void LogWrite(byte* bytes, int length) => Log.Bytes(bytes, length);

    /// <summary>From now on the console is the shell's: the log keeps to its ring.</summary>
    [RuntimeExport("mk_log_leave_console")]
    private static void LogLeaveConsole() => Log.LeaveSerial();

    [RuntimeExport("mk_log_read")]
    private static int LogRead(ulong from, byte* buffer, int length, ulong* next)
    {
        int count = Log.Read(from, buffer, length, out ulong after);
        *next = after;
        return count;
    }

    [RuntimeExport("mk_panic")]
    private static void PanicText(byte* message, int length) => Panic.RaiseText(message, length);

    /// <summary>The command line: its address and length.</summary>
    [RuntimeExport("mk_boot_command_line")]
    private static byte* BootCommandLine(int* length)
    {
        *length = Startup.Information->CommandLineLength;
        return Startup.Information->CommandLine;
    }

    /// <summary>A module that the loader brought: its address and length; null beyond the last.</summary>
    [RuntimeExport("mk_boot_module")]
    private static byte* BootModule(int index, ulong* length)
    {
        *length = 0;
        if (index < 0 || index >= Startup.Information->ModuleCount)
            return null;
        BootInformation.Module* module = BootInformation.ModuleAt(Startup.Information, index);
        *length = module->Length;
        return DirectMap.Pointer(module->Start);
    }

    /// <summary>Random bytes; 1 if they are fit for secrets.</summary>
    [RuntimeExport("mk_random")]
    private static int Random(byte* buffer, int length) => SystemRandom.Fill(buffer, length) ? 1 : 0;

    /// <summary>Takes in 32 random bytes of a device.</summary>
    [RuntimeExport("mk_random_seed")]
    private static void SeedRandom(byte* seed) => SystemRandom.Seed(seed);

    /// <summary>The kernel's own program has ended, and nothing is left to run: the machine is turned off; a failure is a panic that says so.</summary>
    [RuntimeExport("mk_process_exit")]
    private static void ProcessExit(int status)
    {
        if (status != 0)
            Panic.Raise("the kernel's main program ended with a failure status"u8, (ulong)status);
        PowerControl.PowerOff();
    }

    [RuntimeExport("mk_power_off")]
    private static void PowerOff() => PowerControl.PowerOff();

    [RuntimeExport("mk_reboot")]
    private static void Reboot() => PowerControl.Reboot();
}
