using System.Diagnostics;
using MicroLake.Tool.Host;
using MicroLake.Tool.Workspace;

namespace MicroLake.Tool.Qemu;

/// <summary>
/// Chooses between KVM and QEMU's own translator by booting a tiny kernel: <c>/dev/kvm</c> may be there and still fail
/// for a guest that runs vector instructions in ring 0.
/// </summary>
public static class AcceleratorProbe
{
    private const int PassedStatus = (0x10 << 1) | 1;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(5);

    /// <summary>Returns KVM only when the probe ran through under it, and says on standard error what it chose and why.</summary>
    public static Accelerator Choose()
    {
        string? obstacle = Obstacle();
        Terminal.Note(obstacle is null ? "accelerator: kvm" : $"accelerator: tcg ({obstacle})");
        return obstacle is null ? Accelerator.Kvm : Accelerator.Tcg;
    }

    /// <summary>Boots the probe under an accelerator. Returns null when it passed, otherwise what happened.</summary>
    public static string? Try(Accelerator accelerator)
    {
        string image = Assemble();
        ProcessStartInfo info = new(QemuArguments.Program,
        [
            .. QemuArguments.Bare, "-no-reboot", "-machine", "q35", "-cpu", "max", "-m", "32",
            "-accel", accelerator == Accelerator.Kvm ? "kvm" : "tcg", "-kernel", image,
        ])
        { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        using Process qemu = ChildProcess.Start(info);
        Task<string> error = qemu.StandardError.ReadToEndAsync();
        bool ended = qemu.WaitForExit(s_limit);
        if (!ended)
            qemu.Kill();
        qemu.WaitForExit();
        if (ended && qemu.ExitCode == PassedStatus)
            return null;
        string how = ended ? $"ended with QEMU status {qemu.ExitCode}" : $"hung for {s_limit.TotalSeconds:0} s";
        string? said = error.Result.Split('\n').FirstOrDefault(line => line.Length > 0 && !line.Contains("warning", StringComparison.Ordinal));
        return $"the probe kernel {how}{(said is null ? "" : $": {said}")}";
    }

    private static string? Obstacle()
    {
        if (!File.Exists("/dev/kvm"))
            return "there is no /dev/kvm";
        try
        {
            File.OpenHandle("/dev/kvm", FileMode.Open, FileAccess.ReadWrite).Dispose();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return failure.Message;
        }
        return Try(Accelerator.Kvm) is { } reason ? $"/dev/kvm is there, but {reason}" : null;
    }

    private static string Assemble()
    {
        string source = Repository.PathOf("tools/MicroLake.Tool/Probe/probe.asm");
        string image = Path.Combine(Repository.Artifacts, "probe.bin");
        if (File.Exists(image) && File.GetLastWriteTimeUtc(image) >= File.GetLastWriteTimeUtc(source))
            return image;
        using BuildLock guard = BuildLock.Take();
        string fresh = $"{image}.new";
        (int status, string output) = ChildProcess.Capture("nasm", ["-f", "bin", "-o", fresh, source]);
        if (status != 0)
            throw new ToolException($"assembling the accelerator probe failed:\n{output}");
        File.Move(fresh, image, overwrite: true);
        return image;
    }
}
