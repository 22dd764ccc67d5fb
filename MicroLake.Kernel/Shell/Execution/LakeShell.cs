using System.Text;

namespace MicroLake.Shell;

/// <summary>
/// The shell: a set of commands, what they work with, and the two ways to drive them, by a person at a terminal and
/// by a script.
/// </summary>
public sealed class LakeShell
{
    public const string Prompt = "lake> ";

    public LakeShell(CommandSet commands, ShellServices services)
    {
        Commands = commands;
        Services = services;
    }

    public CommandSet Commands { get; }

    public ShellServices Services { get; }

    public History History { get; } = new();

    /// <summary>What a script asked for; it ends there, and the caller of <see cref="RunScript"/> does it.</summary>
    public PowerAction RequestedPowerAction { get; internal set; }

    /// <summary>Greets, prompts and obeys until the terminal ends.</summary>
    public void RunInteractive(ITerminal terminal)
    {
        TerminalInput input = new(terminal);
        TerminalStream output = new(terminal);
        Completion completion = new(this);
        LineEditor editor = new(terminal, input, History, completion.Complete);
        WriteText(output, Greeting.Text(this) + KeyReader.SizeQuery);
        while (true)
        {
            try
            {
                if (editor.ReadLine(Prompt) is not { } line)
                    return;
                History.Add(line);
                RunLine(line, output, input);
            }
            catch (Exception error) when (error is not IOException)
            {
                WriteText(output, ErrorLine(CommandFailure.From(error, "shell")));
            }
        }
    }

    /// <summary>
    /// Runs the commands of a script, stops at the first that fails, and returns its status; 0 when all succeeded.
    /// </summary>
    public int RunScript(string script, Stream output, CancellationToken cancellation = default)
    {
        try
        {
            foreach (SimpleCommand command in CommandLine.Parse(script))
                if (RunCommand(command, output, null, cancellation) is var status && (status != 0 || RequestedPowerAction != PowerAction.None))
                    return status;
            return 0;
        }
        catch (CommandException error)
        {
            WriteText(output, ErrorLine(error));
            return error.Status;
        }
    }

    /// <summary>One line at the terminal: its commands in order, up to the first that fails.</summary>
    private void RunLine(string line, Stream output, TerminalInput input)
    {
        IReadOnlyList<SimpleCommand> commands = CommandLine.Parse(line);
        using CancellationTokenSource cancellation = new();
        using (input.Interrupting(cancellation.Cancel))
            foreach (SimpleCommand command in commands)
                if (RunCommand(command, output, input, cancellation.Token) != 0)
                    return;
    }

    private int RunCommand(SimpleCommand command, Stream output, TerminalInput? input, CancellationToken cancellation)
    {
        try
        {
            if (command.Output is { } target)
            {
                using FileStream file = new(target.Path, target.Append ? FileMode.Append : FileMode.Create, FileAccess.Write);
                Execute(command.Words, new CommandContext(this, file, input, cancellation) { IsRedirected = true });
            }
            else
            {
                Execute(command.Words, new CommandContext(this, output, input, cancellation));
            }

            return 0;
        }
        catch (Exception error)
        {
            CommandException shown = CommandFailure.From(error, command.Words is [var name, ..] ? name : ">");
            WriteText(output, ErrorLine(shown));
            return shown.Status;
        }
    }

    private void Execute(IReadOnlyList<string> words, CommandContext context)
    {
        if (words.Count == 0)
            return;
        try
        {
            CommandDescriptor command = Commands.Find(words[0]) ?? throw UnknownCommand(words[0]);
            command.Create().Run(context, new ArgumentReader(command, [.. words.Skip(1)]));
        }
        finally
        {
            context.Output.Flush();
        }
    }

    private CommandException UnknownCommand(string name)
    {
        string advice = Commands.Nearest(name) is { } near ? $"did you mean {near.Name}?" : "type help for a list";
        return new CommandException($"unknown command '{Printable.Shorten(name)}'", advice, CommandException.Unknown);
    }

    private static string ErrorLine(CommandException error) =>
        error.Status == CommandException.Interrupted ? "^C\n" : $"error: {error.Message}\n";

    private static void WriteText(Stream output, string text) => output.Write(Encoding.UTF8.GetBytes(text));
}
