using System.Text;

namespace MicroLake.Shell;

/// <summary>
/// Splits input into commands and words as POSIX sh does (Shell Command Language 2.2 and 2.3): blanks between
/// words, <c>;</c> and line ends between commands, quoting by backslash, single and double quotes, comments, and the
/// output of a command into a file (2.7.2 and 2.7.3). There are no variables, patterns, pipes or other redirections; their
/// characters are refused rather than misunderstood.
/// </summary>
public static class CommandLine
{
    /// <summary>The commands of a text, each as its words. Takes time linear in the text.</summary>
    /// <exception cref="CommandException">The text is not well formed.</exception>
    public static IReadOnlyList<SimpleCommand> Parse(string text)
    {
        WordScanner scanner = new(text);
        List<SimpleCommand> commands = [];
        List<string> words = [];
        OutputFile? output = null;
        while (scanner.Next() is { } token)
        {
            switch (token.Kind)
            {
                case TokenKind.Word:
                    words.Add(token.Text);
                    break;
                case TokenKind.Separator:
                    Finish();
                    break;
                case TokenKind.Redirection:
                    output = Redirection(token, output is not null);
                    break;
                case TokenKind.Operator:
                    throw new CommandException($"'{token.Text}' is not supported here", "put it in quotes to use it as text", CommandException.Usage);
                default:
                    throw new CommandException($"a {token.Text} has no end", "close it", CommandException.Usage);
            }
        }
        Finish();
        return commands;

        void Finish()
        {
            if (words.Count > 0 || output is not null)
                commands.Add(new SimpleCommand(words, output));
            words = [];
            output = null;
        }

        OutputFile Redirection(Token token, bool isSecond)
        {
            if (isSecond)
                throw new CommandException("a command has one output", "redirect it to one file", CommandException.Usage);
            return scanner.Next() is { Kind: TokenKind.Word } file
                ? new OutputFile(file.Text, Append: token.Text == ">>")
                : throw new CommandException($"there is no file after {token.Text}", "name one", CommandException.Usage);
        }
    }

    /// <summary>The unfinished command at the end of a text, for completion.</summary>
    public static PartialCommand ParsePartial(string text)
    {
        WordScanner scanner = new(text);
        List<string> words = [];
        Token? last = null;
        while (scanner.Next() is { } token)
        {
            if (last is { Kind: TokenKind.Word } word)
                words.Add(word.Text);
            if (token.Kind is TokenKind.Separator or TokenKind.Operator)
                words.Clear();
            last = token;
        }
        if (last is { Kind: TokenKind.Word or TokenKind.Unterminated } open && scanner.LastWordEnd == text.Length)
            return new PartialCommand(words, scanner.LastWord, open.Start);
        if (last is { Kind: TokenKind.Word } finished)
            words.Add(finished.Text);
        return new PartialCommand(words, "", text.Length);
    }

    /// <summary>Puts backslashes before what is special, so that the text is one word.</summary>
    public static string Quote(string text)
    {
        if (text.Length == 0)
            return "''";
        StringBuilder quoted = new(text.Length);
        foreach (char c in text)
        {
            if (char.IsWhiteSpace(c) || WordScanner.IsSpecial(c))
                quoted.Append('\\');
            quoted.Append(c);
        }
        return quoted.ToString();
    }
}

/// <summary>The words before the place of completion, and the word there so far, without quotes.</summary>
/// <param name="Start">Where the word begins in the text, quotes included.</param>
public readonly record struct PartialCommand(IReadOnlyList<string> Words, string Partial, int Start);
