namespace MicroLake.Shell;

/// <summary>Where the user pressed Tab: the command, the finished words after it, and the word so far.</summary>
public readonly record struct CompletionRequest(
    LakeShell Shell, CommandDescriptor Command, IReadOnlyList<string> Words, string Partial);

/// <summary>What Tab does: replace the text from a position, or show candidates.</summary>
/// <param name="Start">Where in the text the replacement begins.</param>
/// <param name="Insertion">The replacement, quoted; null when nothing can be added.</param>
/// <param name="Candidates">What the word could become, for showing.</param>
internal readonly record struct CompletionResult(int Start, string? Insertion, IReadOnlyList<string> Candidates);

/// <summary>Completes command names, then asks the command for its arguments.</summary>
internal sealed class Completion(LakeShell shell)
{
    private const int MaxCandidates = 500;

    /// <summary>Longer lines are pasted data; nobody waits for candidates there.</summary>
    private const int MaxLineLength = 8192;

    public CompletionResult Complete(string text)
    {
        if (text.Length > MaxLineLength)
            return new CompletionResult(0, null, []);
        PartialCommand partial = CommandLine.ParsePartial(text);
        string[] candidates = [.. Candidates(partial)
            .Where(candidate => candidate.StartsWith(partial.Partial, StringComparison.Ordinal))
            .Distinct().Order(StringComparer.Ordinal).Take(MaxCandidates)];
        if (candidates.Length == 0)
            return new CompletionResult(0, null, []);
        if (candidates is [string only])
            return new CompletionResult(partial.Start, CommandLine.Quote(only) + (only.EndsWith('/') ? "" : " "), []);
        string common = candidates.Aggregate(CommonPrefix);
        return common.Length > partial.Partial.Length
            ? new CompletionResult(partial.Start, CommandLine.Quote(common), [])
            : new CompletionResult(0, null, Array.ConvertAll(candidates, PathCompletion.LastName));
    }

    private IEnumerable<string> Candidates(PartialCommand partial)
    {
        if (partial.Words.Count == 0)
            return shell.Commands.Names;
        if (shell.Commands.Find(partial.Words[0]) is not { } command)
            return [];
        try
        {
            CompletionRequest request = new(shell, command, [.. partial.Words.Skip(1)], partial.Partial);
            return partial.Partial.StartsWith('-') ? Options(command) : [.. command.Create().Complete(request)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CommandException or ArgumentException)
        {
            return [];
        }
    }

    /// <summary>The options that the usage names.</summary>
    private static IEnumerable<string> Options(CommandDescriptor command) =>
        command.Usage.Split([' ', '\n', '[', ']', '|', '='], StringSplitOptions.RemoveEmptyEntries).Where(word => word.StartsWith('-'));

    private static string CommonPrefix(string a, string b)
    {
        int length = a.AsSpan().CommonPrefixLength(b);
        if (length > 0 && char.IsHighSurrogate(a[length - 1]))
            length--;
        return a[..length];
    }
}

/// <summary>Completes paths of files and folders; folders end in a slash.</summary>
public static class PathCompletion
{
    public static IEnumerable<string> Complete(string partial, bool foldersOnly = false)
    {
        int slash = partial.LastIndexOf('/');
        string shown = partial[..(slash + 1)];
        string prefix = partial[(slash + 1)..];
        DirectoryInfo folder = new(shown.Length == 0 ? "." : shown);
        if (!folder.Exists)
            yield break;
        foreach (FileSystemInfo entry in folder.EnumerateFileSystemInfos())
        {
            bool isFolder = Directory.Exists(entry.FullName);
            if (!entry.Name.StartsWith(prefix, StringComparison.Ordinal) || (foldersOnly && !isFolder))
                continue;
            if (prefix.Length == 0 && entry.Name.StartsWith('.'))
                continue;
            yield return shown + entry.Name + (isFolder ? "/" : "");
        }
    }

    internal static string LastName(string path)
    {
        int slash = path.TrimEnd('/').LastIndexOf('/');
        return path[(slash + 1)..];
    }
}
