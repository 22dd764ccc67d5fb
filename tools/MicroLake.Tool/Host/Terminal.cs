using Spectre.Console;

namespace MicroLake.Tool.Host;

/// <summary>What the tool itself has to say. It goes to standard error, so that standard output stays the verb's own.</summary>
public static class Terminal
{
    private static readonly IAnsiConsole s_error = AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new ErrorOutput(),
        Ansi = Console.IsErrorRedirected ? AnsiSupport.No : AnsiSupport.Detect,
    });

    /// <summary>A step or a choice worth knowing.</summary>
    public static void Note(string text) => s_error.Write(new Text(text + "\n", new Style(Color.Grey)));

    /// <summary>Something that does not end the verb but that the user should know.</summary>
    public static void Warn(string text) => s_error.Write(new Text($"warning: {text}\n", new Style(Color.Yellow)));

    /// <summary>Why the verb failed, and what to do.</summary>
    public static void Error(string text) => s_error.Write(new Text($"error: {text}\n", new Style(Color.Red)));

    /// <summary>Standard error at any width: a log must not be folded at 80 columns.</summary>
    private sealed class ErrorOutput : IAnsiConsoleOutput
    {
        public TextWriter Writer => Console.Error;
        public bool IsTerminal => !Console.IsErrorRedirected;
        public int Width => int.MaxValue / 4;
        public int Height => 25;

        public void SetEncoding(System.Text.Encoding encoding)
        {
        }
    }
}
