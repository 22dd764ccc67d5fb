using System.Text;
using MicroLake.Tool.Qemu;
using MicroLake.Tool.Workspace;

namespace MicroLake.ConsoleTests.Harness;

/// <summary>A guest with a person at its serial console: types, and reads what appears.</summary>
public sealed class GuestConsole : IDisposable
{
    public const string Prompt = "lake> ";

    /// <summary>Turns a hang into a failure; far beyond what anything takes on a loaded host, so that it decides nothing else.</summary>
    private static readonly TimeSpan s_hangLimit = TimeSpan.FromMinutes(3);

    private readonly RunFolder _folder = new("console-test");
    private readonly QemuProcess _qemu;
    private readonly StringBuilder _received = new();
    private readonly Lock _typing = new();
    private bool _closed;

    /// <summary>Boots; nothing has been read yet.</summary>
    public GuestConsole(Machine machine, string? share = null)
    {
        if (share is not null)
            machine = SharedFolder.Give(machine, share, live: !machine.InstructionCount, _folder);
        _qemu = QemuProcess.StartOnPipes(QemuArguments.For(machine, SerialConsole.OnPipes(_folder.Log), _folder.Path), machine.Gpu);
        new Thread(Receive) { IsBackground = true, Name = "serial" }.Start();
    }

    /// <summary>Boots and waits for the first prompt.</summary>
    public static GuestConsole AtPrompt(Machine machine, string? share = null)
    {
        GuestConsole console = new(machine, share);
        try
        {
            console.WaitFor(text => AtPromptNow(text), 0, "the first prompt");
            return console;
        }
        catch
        {
            console.Dispose();
            throw;
        }
    }

    /// <summary>Types a line, waits for the next prompt, and returns what was printed in between.</summary>
    public string Run(string line) => Type(line + Keys.Enter);

    /// <summary>Types keys of which the last enters a line; waits for the next prompt and returns what was printed in between.</summary>
    public string Type(string keys)
    {
        int start = Position;
        Send(keys);
        string text = WaitFor(t => t.Contains('\n') && AtPromptNow(t), start, $"the prompt after {Shorten(keys)}");
        string screen = ScreenText.Render(text);
        int firstLine = screen.IndexOf('\n') + 1;
        int lastLine = screen.LastIndexOf('\n') + 1;
        return screen[firstLine..lastLine];
    }

    /// <summary>Types keys that enter no line, waits until <paramref name="expected"/> is on the last line, and returns that line.</summary>
    public string Edit(string keys, string expected)
    {
        int start = LineStart;
        Send(keys);
        string text = WaitFor(t => LastLine(t).Contains(expected, StringComparison.Ordinal), start, $"\"{expected}\" after {Shorten(keys)}");
        return LastLine(text);
    }

    /// <summary>Types keys and returns at once.</summary>
    public void Send(string keys) => Send(Encoding.UTF8.GetBytes(keys));

    public void Send(ReadOnlySpan<byte> keys)
    {
        lock (_typing)
        {
            _qemu.Input.Write(keys);
            _qemu.Input.Flush();
        }
    }

    /// <summary>Waits until a text has appeared after the last thing read.</summary>
    public string WaitForText(string expected, int since = 0) =>
        WaitFor(t => t.Contains(expected, StringComparison.Ordinal), since, $"\"{expected}\"");

    /// <summary>Waits until the guest has left, and returns QEMU's exit status.</summary>
    public int WaitForExit()
    {
        if (!_qemu.WaitForExit(s_hangLimit))
            throw Failure("the guest did not leave");
        return _qemu.ExitStatus;
    }

    /// <summary>How much has been received; a mark for <see cref="WaitForText"/>.</summary>
    public int Position
    {
        get
        {
            lock (_received)
                return _received.Length;
        }
    }

    public void Dispose()
    {
        _qemu.Dispose();
        _folder.Dispose();
    }

    private int LineStart
    {
        get
        {
            lock (_received)
                return _received.ToString().LastIndexOf('\n') + 1;
        }
    }

    private static bool AtPromptNow(string text) => LastLine(text) == Prompt;

    private static string LastLine(string text) => ScreenText.Render(text[(text.LastIndexOf('\n') + 1)..]);

    private string WaitFor(Func<string, bool> there, int start, string what)
    {
        DateTime limit = DateTime.UtcNow + s_hangLimit;
        lock (_received)
        {
            while (true)
            {
                string text = _received.Length <= start ? "" : _received.ToString(start, _received.Length - start);
                if (there(text))
                    return text;
                TimeSpan left = limit - DateTime.UtcNow;
                if (_closed)
                    throw Failure($"the guest left before {what}");
                if (left <= TimeSpan.Zero)
                    throw Failure($"no {what}");
                Monitor.Wait(_received, left);
            }
        }
    }

    private InvalidOperationException Failure(string what)
    {
        lock (_received)
        {
            string all = _received.ToString();
            return new InvalidOperationException($"{what}; serial log {_folder.Log}; it ends with:\n{all[Math.Max(0, all.Length - 2000)..]}");
        }
    }

    private void Receive()
    {
        Decoder decoder = Encoding.UTF8.GetDecoder();
        byte[] bytes = new byte[16 << 10];
        char[] chars = new char[bytes.Length];
        try
        {
            for (int count; (count = _qemu.Output.Read(bytes)) > 0;)
            {
                int decoded = decoder.GetChars(bytes, 0, count, chars, 0);
                lock (_received)
                {
                    _received.Append(chars, 0, decoded);
                    Monitor.PulseAll(_received);
                }
            }
        }
        catch (Exception end) when (end is IOException or ObjectDisposedException)
        {
            // The console was disposed while reading: the same as the guest leaving.
        }
        lock (_received)
        {
            _closed = true;
            Monitor.PulseAll(_received);
        }
    }

    private static string Shorten(string keys)
    {
        string shown = keys.Replace("\e", "<ESC>", StringComparison.Ordinal).Replace("\r", "<Enter>", StringComparison.Ordinal);
        return shown.Length <= 60 ? $"\"{shown}\"" : $"\"{shown[..60]}...\" ({shown.Length} characters)";
    }
}
