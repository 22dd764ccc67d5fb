using MicroLake.Bench.Guests;
using MicroLake.Bench.Report;

namespace MicroLake.Bench.Linux;

/// <summary>A kernel of Debian with one program of ours as its process 1, on the same machine as MicroLake.</summary>
public sealed class LinuxGuest
{
    /// <summary>What process 1 prints first.</summary>
    public const string InitMark = "MARK init";

    private readonly string _folder;
    private readonly IReadOnlyList<string> _modules;

    /// <param name="cacheFolder">Keeps the kernel and the program.</param>
    /// <param name="withDrivers">Whether process 1 can load drivers; the kernel that has them is larger.</param>
    public LinuxGuest(string cacheFolder, TextWriter log, bool withDrivers = false)
    {
        _folder = cacheFolder;
        Directory.CreateDirectory(cacheFolder);
        (Kernel, _modules) = (withDrivers ? DebianKernel.WithDrivers : DebianKernel.Cloud).Ensure(cacheFolder, log);
    }

    public string Kernel { get; }

    /// <summary>Starts it to a process 1 that waits.</summary>
    public QemuGuest StartIdle(int memoryMiB, TimeSpan limit) =>
        QemuGuest.Start(Arguments("peer=boot", InitialRamDisk("boot"), memoryMiB, countInstructions: false, processors: 1), limit);

    /// <summary>Runs one of the peer's sections, such as <c>runtime</c>, and returns its measurements.</summary>
    /// <exception cref="BenchException">It failed or did not end in time.</exception>
    public IReadOnlyList<MeasuredLine> Measure(string section, int memoryMiB, bool countInstructions, TimeSpan limit, int processors = 1, IReadOnlyList<string>? devices = null)
    {
        string options = $"peer={section}{(countInstructions ? " count=instructions" : "")}";
        using QemuGuest guest = QemuGuest.Start(
            [.. Arguments(options, InitialRamDisk(section), memoryMiB, countInstructions, processors), .. devices ?? []], limit);
        string output = guest.ReadToEnd();
        return output.Contains("MARK done", StringComparison.Ordinal)
            ? FigureLines.Parse(output)
            : throw new BenchException($"the Linux guest ended before its measurements did: {output[Math.Max(0, output.Length - 600)..].Trim()}");
    }

    /// <summary>Holds what that section needs and no more: a boot is measured with it.</summary>
    private string InitialRamDisk(string section)
    {
        bool withBlas = section == "infer", withProgram = section == "process";
        string path = Path.Combine(_folder, withBlas ? "initrd-blas.cpio" : withProgram ? "initrd-program.cpio" : "initrd.cpio");
        var archive = new CpioArchive();
        archive.AddFolder("proc");
        archive.AddFolder("dev");
        archive.AddFolder("host");
        archive.AddFolder("data");
        archive.AddFolder("modules");
        for (int i = 0; i < _modules.Count; i++)
            archive.AddProgram($"modules/{i}", File.ReadAllBytes(_modules[i]));
        archive.AddProgram("init", PeerProgram.Compile(_folder, withBlas));
        if (withProgram)
            archive.AddProgram("hello", StaticProgram.Build(_folder));
        File.WriteAllBytes(path, archive.Build());
        return path;
    }

    private List<string> Arguments(string options, string initialRamDisk, int memoryMiB, bool countInstructions, int processors) =>
    [
        .. QemuGuest.Machine(memoryMiB, countInstructions, processors), "-kernel", Kernel, "-initrd", initialRamDisk,
        "-append", $"console=ttyS0 quiet panic=-1 OPENBLAS_NUM_THREADS=1 {options}",
    ];
}
