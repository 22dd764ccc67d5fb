namespace MicroLake.Tool.Qemu;

/// <summary>Where the guest's first serial port goes; a raw copy is always kept in a log file.</summary>
public static class SerialConsole
{
    /// <summary>To standard input and output, for a program that reads them.</summary>
    public static string[] OnPipes(string log) =>
        ["-chardev", $"stdio,id=com1,signal=off,logfile={QemuArguments.Escape(log)}", "-serial", "chardev:com1"];

    /// <summary>To the terminal in raw mode, shared with QEMU's monitor: Ctrl-A X leaves, Ctrl-A C changes to the monitor.</summary>
    public static string[] OnTerminal(string log) =>
    [
        "-chardev", $"stdio,id=com1,mux=on,signal=off,logfile={QemuArguments.Escape(log)}",
        "-serial", "chardev:com1", "-mon", "chardev=com1,mode=readline",
    ];

    /// <summary>To a pseudo-terminal of its own, whose name QEMU prints.</summary>
    public static string[] OnPseudoTerminal(string log) =>
        ["-chardev", $"pty,id=com1,logfile={QemuArguments.Escape(log)}", "-serial", "chardev:com1"];
}
