namespace MicroLake.Shell;

/// <summary>One command of the shell. An instance serves one run.</summary>
public interface ICommand
{
    /// <summary>Does it; a normal return is success.</summary>
    /// <exception cref="CommandException">It cannot be done; the message says what is wrong and what to do.</exception>
    void Run(CommandContext context, ArgumentReader arguments);

    /// <summary>What may stand at the place where the user pressed Tab; paths unless a command knows better.</summary>
    IEnumerable<string> Complete(CompletionRequest request) => PathCompletion.Complete(request.Partial);
}
