using System.Text;

namespace MicroLake.Shell;

/// <summary>What a running command may use.</summary>
public sealed class CommandContext
{
    private readonly Stream _stream;

    internal CommandContext(LakeShell shell, Stream output, TerminalInput? input, CancellationToken cancellation)
    {
        Shell = shell;
        _stream = output;
        Output = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        Input = input;
        Cancellation = cancellation;
    }

    public LakeShell Shell { get; }

    /// <summary>Where text goes; lines end in a line feed.</summary>
    public TextWriter Output { get; }

    /// <summary>The keyboard; null when there is none, as in scripts.</summary>
    public TerminalInput? Input { get; }

    /// <summary>Whether a file takes the output.</summary>
    public bool IsRedirected { get; init; }

    /// <summary>True when a person looks at the output.</summary>
    public bool IsTerminal => Input is not null && !IsRedirected;

    /// <summary>Columns of the terminal; 80 where there is none.</summary>
    public int TerminalWidth => Input?.TerminalColumns ?? 80;

    /// <summary>Set when the user presses Ctrl-C; long work looks at it now and then.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>Facts about the machine.</summary>
    public ISystemInformation System => Shell.Services.Get<ISystemInformation>();

    /// <summary>Writes bytes as they are, after the text written so far.</summary>
    public void WriteBytes(ReadOnlySpan<byte> data)
    {
        Output.Flush();
        _stream.Write(data);
    }

    /// <summary>
    /// Switches off or starts again: at a terminal at once; in a script after it, when its status has been reported.
    /// </summary>
    public void LeaveFor(PowerAction action)
    {
        Output.Flush();
        if (Input is null)
            Shell.RequestedPowerAction = action;
        else if (action == PowerAction.Reboot)
            System.Reboot();
        else
            System.PowerOff();
    }

    /// <summary>Shows the progress of long work until the result is disposed.</summary>
    public ProgressLine Progress(string what) => new(this, what);
}
