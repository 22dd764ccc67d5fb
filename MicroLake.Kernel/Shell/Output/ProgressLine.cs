using System.Diagnostics;

namespace MicroLake.Shell;

/// <summary>
/// Shows how far long work is, on one line that is wiped at the end. Only on a terminal, only after half a second,
/// at most ten times a second.
/// </summary>
public sealed class ProgressLine : IDisposable
{
    private const int BarWidth = 30;
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);

    private readonly CommandContext _context;
    private readonly string _what;
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _lastShown;
    private bool _shown;

    internal ProgressLine(CommandContext context, string what)
    {
        _context = context;
        _what = what;
    }

    /// <summary>So much is done of so much; also the place where Ctrl-C takes effect.</summary>
    public void Report(long done, long total)
    {
        _context.Cancellation.ThrowIfCancellationRequested();
        if (!_context.IsTerminal || Stopwatch.GetElapsedTime(_start) < s_patience)
            return;
        if (_shown && Stopwatch.GetElapsedTime(_lastShown) < s_interval)
            return;
        _shown = true;
        _lastShown = Stopwatch.GetTimestamp();
        double share = total <= 0 ? 0 : Math.Clamp((double)done / total, 0, 1);
        int filled = (int)(share * BarWidth);
        _context.Output.Write($"\r{_what} [{new string('#', filled)}{new string('.', BarWidth - filled)}] {share * 100:0} %\e[K");
        _context.Output.Flush();
    }

    public void Dispose()
    {
        if (_shown)
            _context.Output.Write("\r\e[K");
    }
}
