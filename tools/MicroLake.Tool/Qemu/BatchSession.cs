using MicroLake.Tool.Host;
using MicroLake.Tool.Protocol;

namespace MicroLake.Tool.Qemu;

/// <summary>How a scripted guest ended.</summary>
public enum BatchEnd
{
    /// <summary>It told its status and powered off.</summary>
    Completed,

    /// <summary>The kernel panicked.</summary>
    Panicked,

    /// <summary>QEMU ended before the guest told a status.</summary>
    NoStatus,

    /// <summary>It told its status but did not power off.</summary>
    NoPowerOff,

    /// <summary>It was ended at the time limit.</summary>
    TimedOut,

    /// <summary>It was ended by Ctrl-C or a signal.</summary>
    Interrupted,
}

/// <param name="Status">The guest's own status, where it told one.</param>
/// <param name="QemuStatus">QEMU's exit status, or null where it was killed.</param>
public sealed record BatchResult(BatchEnd End, int? Status, int? QemuStatus);

/// <summary>Runs a guest on a script: reads its serial line until QEMU ends, with a time limit.</summary>
public sealed class BatchSession
{
    /// <summary>How long power-off may take once the commands are over.</summary>
    public TimeSpan PowerOffLimit { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long the whole run may take, from the start of QEMU.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <param name="arguments">QEMU's, with the first serial port on standard input and output.</param>
    /// <param name="reader">Follows the serial line; it holds what the guest told when this returns.</param>
    public BatchResult Run(IEnumerable<string> arguments, GuestReader reader, Gpu gpu = Gpu.None)
    {
        using QemuProcess qemu = QemuProcess.StartOnPipes(arguments, gpu);
        return Follow(qemu, reader);
    }

    internal BatchResult Follow(QemuProcess qemu, GuestReader reader)
    {
        using ManualResetEventSlim over = new();
        using ManualResetEventSlim interrupted = new();
        using StopSignals signals = new(interrupted.Set);
        using CancellationTokenSource limit = new(Timeout);
        qemu.Input.Close();
        Task pump = Task.Run(() => Pump(qemu.Output, reader, over));
        Task closed = Task.WhenAll(pump, qemu.WaitForExitAsync());

        WaitHandle gone = ((IAsyncResult)closed).AsyncWaitHandle;
        int first = WaitHandle.WaitAny([gone, interrupted.WaitHandle, over.WaitHandle, limit.Token.WaitHandle]);
        if (first == 2)
            first = WaitHandle.WaitAny([gone, interrupted.WaitHandle], PowerOffLimit);
        bool left = first == 0;
        qemu.Kill();
        closed.Wait();

        BatchEnd end = this switch
        {
            _ when first == 1 => BatchEnd.Interrupted,
            _ when reader.Panicked || (left && qemu.ExitStatus == QemuArguments.PanicStatus) => BatchEnd.Panicked,
            _ when left && reader.Status is not null => BatchEnd.Completed,
            _ when left => BatchEnd.NoStatus,
            _ when reader.Status is not null => BatchEnd.NoPowerOff,
            _ => BatchEnd.TimedOut,
        };
        return new BatchResult(end, reader.Status, left ? qemu.ExitStatus : null);
    }

    private static void Pump(Stream serial, GuestReader reader, ManualResetEventSlim over)
    {
        byte[] buffer = new byte[64 << 10];
        for (int count; (count = serial.Read(buffer)) > 0;)
        {
            reader.Feed(buffer.AsSpan(0, count));
            if (reader.IsOver)
                over.Set();
        }
        reader.Finish();
    }
}
