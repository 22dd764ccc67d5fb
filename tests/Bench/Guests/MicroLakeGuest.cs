using MicroLake.Tool.Qemu;

namespace MicroLake.Bench.Guests;

/// <summary>MicroLake in QEMU, as the benchmarks start it.</summary>
public static class MicroLakeGuest
{
    public const string Prompt = "lake> ";

    private const string Begin = "\u001b_ML;begin\u001b\\";
    private const string Succeeded = "\u001b_ML;end;0\u001b\\";

    /// <summary>Starts it to its prompt.</summary>
    public static QemuGuest StartInteractive(BenchTarget target, int memoryMiB, TimeSpan limit) =>
        QemuGuest.Start(Arguments(target, memoryMiB, countInstructions: false, processors: 1), limit);

    /// <summary>Runs shell commands and returns what they print.</summary>
    /// <param name="withPrograms">Shows the archive of programs as /host.</param>
    /// <exception cref="BenchException">A command failed or the guest did not end by itself in time.</exception>
    public static string Execute(BenchTarget target, string commands, int memoryMiB, bool countInstructions, TimeSpan limit, int processors = 1, IReadOnlyList<string>? devices = null,
        bool withPrograms = true)
    {
        using QemuGuest guest = QemuGuest.Start(
            [
                .. Arguments(target, memoryMiB, countInstructions, processors),
                .. devices ?? [],
                "-fw_cfg", $"name={GuestFile.Exec},string={commands.Replace(",", ",,", StringComparison.Ordinal)}",
                .. withPrograms ? (string[])["-fw_cfg", $"name={GuestFile.HostArchive},file={target.HostArchive.Replace(",", ",,", StringComparison.Ordinal)}"] : [],
            ],
            limit);
        string serial = guest.ReadToEnd();
        int begin = serial.IndexOf(Begin, StringComparison.Ordinal), end = serial.IndexOf(Succeeded, StringComparison.Ordinal);
        return begin >= 0 && end > begin
            ? serial[(begin + Begin.Length)..end]
            : throw new BenchException($"'{commands}' failed in the guest: {serial[Math.Max(0, serial.Length - 600)..].Trim()}");
    }

    /// <summary>How long shell commands take, as who reads the serial line sees it.</summary>
    /// <exception cref="BenchException">A command failed or the guest did not end by itself in time.</exception>
    public static TimeSpan TimeOf(BenchTarget target, string commands, int memoryMiB, TimeSpan limit, IReadOnlyList<string> devices)
    {
        using QemuGuest guest = QemuGuest.Start(
            [.. Arguments(target, memoryMiB, countInstructions: false, processors: 1), .. devices, "-fw_cfg", $"name={GuestFile.Exec},string={QemuArguments.Escape(commands)}"], limit);
        TimeSpan start = guest.WaitFor(Begin);
        TimeSpan end = guest.WaitFor(Succeeded);
        _ = guest.ReadToEnd();
        return end - start;
    }

    private static List<string> Arguments(BenchTarget target, int memoryMiB, bool countInstructions, int processors) =>
    [
        .. QemuGuest.Machine(memoryMiB, countInstructions, processors), "-device", "isa-debug-exit,iobase=0xf4,iosize=4",
        "-kernel", target.KernelElf, "-initrd", target.BootArchive.Replace(",", ",,", StringComparison.Ordinal),
    ];
}
