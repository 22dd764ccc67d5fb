using System.Globalization;
using MicroLake.Graphics;

namespace MicroLake.Shell.Commands;

/// <summary>What <c>top --graphics</c> shows: processors, memory, hooks, graphics processor, processes and threads, in panels.</summary>
internal sealed class Dashboard(ISystemInformation system, IScreen screen, ShellServices services)
{
    private const int Gap = 12;
    private const int HeaderHeight = 60;
    private const int GraphHeight = 72;
    private const int ProcessorColumns = 2;
    private const int MostProcessors = 16;
    private const int MostHooks = 14;
    private const int Indent = 16;

    private readonly Series _use = new();
    private readonly Series _commands = new();
    private readonly Dictionary<string, long> _countsBefore = [];
    private TimeSpan _shown;
    private TimeSpan _elapsed;

    /// <summary>Draws how things are at the end of an interval.</summary>
    public void Show(UseInterval use)
    {
        TimeSpan now = system.Uptime;
        _elapsed = now - _shown;
        _shown = now;
        double sum = 0;
        foreach (ProcessorInformation processor in use.Processors)
            sum += use.Use(processor);
        _use.Add(sum / Math.Max(1, use.Processors.Count));
        screen.Draw(canvas => Draw(canvas, use));
    }

    private void Draw(Canvas canvas, UseInterval use)
    {
        canvas.Fill(Colour.Background);
        DrawHeader(canvas);
        int width = canvas.Width - 3 * Gap, left = width * 11 / 20, right = width - left;
        int top = HeaderHeight + Gap;
        int processors = Panel.TitleHeight + (Math.Min(use.Processors.Count, MostProcessors) + 1) / ProcessorColumns * Panel.LineHeight + GraphHeight + Gap;
        DrawProcessors(new Panel(canvas, Gap, top, left, processors, "Processors"), use);
        DrawThreads(new Panel(canvas, Gap, top + processors + Gap, left, canvas.Height - top - processors - 2 * Gap, "Processes and threads"), use);

        int x = left + 2 * Gap;
        int memory = Panel.TitleHeight + 5 * Panel.LineHeight + Gap;
        DrawMemory(new Panel(canvas, x, top, right, memory, "Memory"));
        List<HookInformation> hooks = Hooks();
        int y = top + memory + Gap, height = Panel.TitleHeight + (Math.Min(hooks.Count, MostHooks) + 1) * Panel.LineHeight + Gap;
        DrawHooks(new Panel(canvas, x, y, right, height, "Hooks: decisions by model and by heuristic"), hooks);
        y += height + Gap;
        DrawGpus(new Panel(canvas, x, y, right, canvas.Height - y - Gap, "Graphics processor"));
    }

    private void DrawHeader(Canvas canvas)
    {
        SystemIdentity identity = system.Identity;
        string up = "up " + Duration.Clock(system.Uptime);
        canvas.Fill(0, 0, canvas.Width, HeaderHeight, Colour.Panel);
        canvas.Fill(0, HeaderHeight - 2, canvas.Width, 2, Colour.Accent);
        canvas.Text(Gap, 14, "MicroLake", Colour.Text, bold: true, scale: 2);
        canvas.Text(Gap + 180, 12, identity.Version + ", " + identity.Runtime, Colour.Text);
        canvas.Text(Gap + 180, 32, identity.Processor, Colour.Dim);
        canvas.Text(canvas.Width - Gap - up.Length * Font.Width * 2, 14, up, Colour.Text, scale: 2);
    }

    private void DrawProcessors(Panel panel, UseInterval use)
    {
        int width = (panel.Width - Gap) / ProcessorColumns, shown = Math.Min(use.Processors.Count, MostProcessors);
        for (int i = 0; i < shown; i++)
        {
            ProcessorInformation processor = use.Processors[i];
            double share = use.Use(processor);
            int x = i % ProcessorColumns * (width + Gap), line = i / ProcessorColumns;
            panel.Text(x, line, $"cpu {processor.Index}", Colour.Dim);
            panel.Bar(x + 56, line, width - 56 - 56, share, Colour.Of(share));
            panel.TextRight(x + width, line, Percent(share), Colour.Text);
        }

        int rows = (shown + 1) / ProcessorColumns;
        panel.TextRight(panel.Width, -1, shown == use.Processors.Count ? "all, over time" : $"{shown} of {use.Processors.Count}; all, over time", Colour.Dim);
        panel.Graph(rows * Panel.LineHeight, GraphHeight, _use, 1, Colour.Accent);
    }

    private void DrawMemory(Panel panel)
    {
        MemoryInformation memory = system.Memory();
        (string Name, long Bytes, uint Colour)[] parts =
        [
            ("heap", memory.Heap, Colour.Blue), ("programs", memory.Programs, Colour.Green), ("stacks", memory.Stacks, Colour.Accent), ("image", memory.Image, Colour.Violet),
            ("boot", memory.Boot, Colour.Red), ("page tables", memory.PageTables, Colour.Yellow), ("other", memory.Other, Colour.Dim), ("free", memory.Free, Colour.Track),
        ];
        panel.TextRight(panel.Width, -1, $"{ByteSize.Format(memory.Free)} of {ByteSize.Format(memory.Total)} free", Colour.Dim);
        panel.Bar(0, 0, panel.Width, 0, Colour.Track);
        long before = 0, sum = 0;
        foreach ((_, long bytes, _) in parts)
            sum += bytes;
        foreach ((_, long bytes, uint colour) in parts)
        {
            panel.BarPart(0, 0, panel.Width, (double)before / sum, (double)(before + bytes) / sum, colour);
            before += bytes;
        }

        int width = panel.Width / 2;
        for (int i = 0; i < parts.Length; i++)
        {
            int x = i % 2 * width, line = 1 + i / 2;
            panel.Square(x, line, parts[i].Colour);
            panel.Text(x + 18, line, parts[i].Name, Colour.Dim);
            panel.TextRight(x + width - 2 * Gap, line, ByteSize.Format(parts[i].Bytes), Colour.Text);
        }
    }

    /// <summary>Everybody's, each followed by those of processes and tenants.</summary>
    private List<HookInformation> Hooks()
    {
        // Who keeps modules is there once the first was asked for.
        IReadOnlyList<HookInformation> scoped = services.Find<IScopedHooks>()?.Scoped() ?? [];
        var hooks = new List<HookInformation>();
        foreach (HookInformation everybodys in system.Hooks())
        {
            hooks.Add(everybodys);
            foreach (HookInformation hook in scoped)
                if (hook.Name == everybodys.Name)
                    hooks.Add(hook);
        }

        return hooks;
    }

    private void DrawHooks(Panel panel, List<HookInformation> hooks)
    {
        int mode = 160, bar = 240, model = panel.Width - 176, heuristic = panel.Width - 88, shown = Math.Min(hooks.Count, MostHooks);
        if (shown < hooks.Count)
            panel.TextRight(panel.Width, -1, $"{shown} of {hooks.Count}", Colour.Dim);
        panel.Text(mode, 0, "decides", Colour.Dim);
        panel.TextRight(model, 0, "model", Colour.Accent);
        panel.TextRight(heuristic, 0, "heuristic", Colour.Yellow);
        panel.TextRight(panel.Width, 0, "a second", Colour.Dim);
        for (int i = 0; i < shown; i++)
        {
            HookInformation hook = hooks[i];
            long all = hook.ByModel + hook.ByHeuristic;
            double share = all == 0 ? 0 : (double)hook.ByModel / all;
            int x = hook.Scope.Length == 0 ? 0 : Indent;
            panel.Text(x, i + 1, Clip(hook.Scope.Length == 0 ? hook.Name : hook.Scope, mode - Font.Width - x), Colour.Text);
            panel.Text(mode, i + 1, hook.Mode, Colour.Dim);
            panel.Bar(bar, i + 1, model - bar - 56, 0, Colour.Track);
            if (all > 0)
            {
                panel.BarPart(bar, i + 1, model - bar - 56, 0, share, Colour.Accent);
                panel.BarPart(bar, i + 1, model - bar - 56, share, 1, Colour.Yellow);
            }

            panel.TextRight(model, i + 1, Count(hook.ByModel), Colour.Text);
            panel.TextRight(heuristic, i + 1, Count(hook.ByHeuristic), Colour.Text);
            panel.TextRight(panel.Width, i + 1, Count((long)Rate(hook.Name + hook.Scope, all)), Colour.Text);
        }
    }

    private void DrawGpus(Panel panel)
    {
        double perSecond = 0;
        long commands = 0;
        int line = 0;
        foreach (GpuInformation gpu in system.Gpus())
        {
            perSecond += Rate(gpu.Name, gpu.Commands);
            commands += gpu.Commands;
            panel.Text(0, line, gpu.Name, Colour.Text);
            panel.Text(56, line++, Clip(gpu.State, panel.Width - 56), Colour.Dim);
            double busy = Rate(gpu.Name + " busy", gpu.Busy.Ticks) / TimeSpan.TicksPerSecond;
            panel.Text(0, line, "computing", Colour.Dim);
            panel.Bar(88, line, panel.Width - 88 - 64, busy, Colour.Violet);
            panel.TextRight(panel.Width, line++, Percent(busy), Colour.Text);
        }

        _commands.Add(perSecond);
        panel.Text(0, line, $"{Count(commands)} commands", Colour.Text);
        panel.TextRight(panel.Width, line++, $"{perSecond.ToString("0.0", CultureInfo.InvariantCulture)} a second", Colour.Text);
        panel.Graph(line * Panel.LineHeight, panel.Height - line * Panel.LineHeight, _commands, Math.Max(1, _commands.Greatest()), Colour.Violet);
    }

    private void DrawThreads(Panel panel, UseInterval use)
    {
        int lines = panel.Height / Panel.LineHeight, line = 0, state = panel.Width - 320, bar = panel.Width - 224;
        ProcessInformation[] processes = [.. system.Processes()];
        Array.Sort(processes, static (a, b) => b.ProcessorTime.CompareTo(a.ProcessorTime));
        int shown = Math.Min(processes.Length, Math.Max(1, lines / 3));
        panel.TextRight(panel.Width, -1, $"{processes.Length} processes, {use.Threads.Count} threads", Colour.Dim);
        if (shown > 0)
        {
            panel.TextRight(bar - 2 * Gap, line, "memory", Colour.Dim);
            panel.Headings(line++, (0, "process"), (bar, "processor"));
        }

        for (int i = 0; i < shown; i++, line++)
        {
            ProcessInformation process = processes[i];
            double share = Rate($"process {process.Id}", process.ProcessorTime.Ticks) / TimeSpan.TicksPerSecond;
            panel.Text(0, line, Clip($"{process.Id,4}  {process.Name}", bar - 100), Colour.Text);
            panel.TextRight(bar - 2 * Gap, line, ByteSize.Format(process.Memory), Colour.Dim);
            panel.Bar(bar, line, 128, share, Colour.Of(share));
            panel.TextRight(panel.Width, line, Percent(share), Colour.Text);
        }

        ThreadInformation[] threads = [.. use.Threads];
        Array.Sort(threads, use.Compare);
        panel.Headings(line++, (0, "thread"), (state, "state"), (bar, "processor"));
        for (int i = 0; i < threads.Length && line < lines; i++, line++)
        {
            ThreadInformation thread = threads[i];
            if (thread.Priority == 0)
                break;
            double share = use.Share(thread);
            panel.Text(0, line, Clip($"{thread.Id,4}  {(thread.Name.Length == 0 ? "-" : thread.Name)}", state - Gap), Colour.Text);
            panel.Text(state, line, thread.State, Colour.Dim);
            panel.Bar(bar, line, 128, share, Colour.Of(share));
            panel.TextRight(panel.Width, line, Percent(share), Colour.Text);
        }
    }

    /// <summary>How fast a count has grown since the picture before.</summary>
    private double Rate(string name, long count)
    {
        long before = _countsBefore.GetValueOrDefault(name, count);
        _countsBefore[name] = count;
        return _elapsed > TimeSpan.Zero ? (count - before) / _elapsed.TotalSeconds : 0;
    }

    private static string Clip(string text, int width) => text.Length * Font.Width <= width ? text : text[..Math.Max(0, width / Font.Width)];

    private static string Percent(double share) => (share * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    private static string Count(long count) => count switch
    {
        < 100_000 => count.ToString(CultureInfo.InvariantCulture),
        < 100_000_000 => (count / 1000).ToString(CultureInfo.InvariantCulture) + " k",
        _ => (count / 1_000_000).ToString(CultureInfo.InvariantCulture) + " M",
    };
}
