using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace MicroLake.Bench.Guests;

/// <summary>A running QEMU whose serial line is read here. Disposing ends it.</summary>
public sealed class QemuGuest : IDisposable
{
    private const string Program = "qemu-system-x86_64";

    private readonly Process _process;
    private readonly Stopwatch _clock;
    private readonly Timer _limit;
    private readonly MemoryStream _output = new();
    private readonly byte[] _buffer = new byte[1 << 16];
    private volatile bool _timedOut;

    private QemuGuest(Process process, Stopwatch clock, TimeSpan limit)
    {
        _process = process;
        _clock = clock;
        _limit = new Timer(_ =>
        {
            _timedOut = true;
            Kill();
        }, null, limit, Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// What both guests are: a q35 machine with nothing that was not asked for. The processor lacks ERMS and FSRM, because
    /// the emulator runs their <c>rep movsb</c> byte by byte and Linux would choose it.
    /// </summary>
    public static List<string> Machine(int memoryMiB, bool countInstructions, int processors) =>
    [
        "-nodefaults", "-no-user-config", "-display", "none", "-machine", "q35", "-accel", "tcg", "-smp", processors.ToString(CultureInfo.InvariantCulture),
        "-m", memoryMiB.ToString(CultureInfo.InvariantCulture), "-serial", "stdio", "-no-reboot",
        .. countInstructions
            ? new[] { "-icount", "shift=0,sleep=off,align=off", "-cpu", "max,-erms,-fsrm,-rdrand,-rdseed", "-rtc", "base=2020-01-01,clock=vm" }
            : ["-cpu", "max,-erms,-fsrm"],
    ];

    /// <summary>Starts QEMU; it is ended when the limit is over.</summary>
    /// <exception cref="BenchException">QEMU is not installed.</exception>
    public static QemuGuest Start(IEnumerable<string> arguments, TimeSpan limit)
    {
        var start = new ProcessStartInfo(Program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        var clock = Stopwatch.StartNew();
        try
        {
            return new QemuGuest(Process.Start(start)!, clock, limit);
        }
        catch (Win32Exception e)
        {
            throw new BenchException($"{Program} does not start ({e.Message}); install it with: ./build.sh setup");
        }
    }

    /// <summary>Reads the serial line until it shows the text. Returns the time since QEMU was started.</summary>
    /// <exception cref="BenchException">QEMU ended, by itself or at the limit, without showing it.</exception>
    public TimeSpan WaitFor(string text)
    {
        byte[] wanted = Encoding.UTF8.GetBytes(text);
        for (int from = 0; ;)
        {
            if (_output.GetBuffer().AsSpan(from, (int)_output.Length - from).IndexOf(wanted) >= 0)
                return _clock.Elapsed;
            from = Math.Max(0, (int)_output.Length - wanted.Length);
            if (!Read())
                throw new BenchException($"the guest {Ending()} before it showed '{text}'; its last output: {Tail()}");
        }
    }

    /// <summary>Everything on the serial line until QEMU ends by itself.</summary>
    /// <exception cref="BenchException">It did not end by itself, or with a failure.</exception>
    public string ReadToEnd()
    {
        while (Read())
        {
        }
        _process.WaitForExit();
        if (_timedOut || _process.ExitCode != 0)
            throw new BenchException($"the guest {Ending()}; its last output: {Tail()}");
        return Encoding.UTF8.GetString(_output.GetBuffer(), 0, (int)_output.Length);
    }

    /// <summary>QEMU's resident memory, bytes.</summary>
    public long ResidentBytes()
    {
        const string Field = "VmRSS:";
        string line = File.ReadLines($"/proc/{_process.Id}/status").First(l => l.StartsWith(Field, StringComparison.Ordinal));
        return long.Parse(line[Field.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>The share of one processor that QEMU takes during the time, percent.</summary>
    public double ProcessorShare(TimeSpan time)
    {
        TimeSpan before = ProcessorTime();
        var clock = Stopwatch.StartNew();
        Thread.Sleep(time);
        return (ProcessorTime() - before) / clock.Elapsed * 100;
    }

    public void Dispose()
    {
        _limit.Dispose();
        Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private TimeSpan ProcessorTime()
    {
        _process.Refresh();
        return _process.TotalProcessorTime;
    }

    private bool Read()
    {
        int count = _process.StandardOutput.BaseStream.Read(_buffer);
        _output.Write(_buffer, 0, count);
        return count > 0;
    }

    private void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    private string Ending()
    {
        _process.WaitForExit();
        return _timedOut ? "ran out of time" : $"ended with QEMU status {_process.ExitCode}";
    }

    private string Tail()
    {
        string text = Encoding.UTF8.GetString(_output.GetBuffer(), 0, (int)_output.Length).TrimEnd();
        return text.Length == 0 ? "none" : text[Math.Max(0, text.Length - 600)..];
    }
}
