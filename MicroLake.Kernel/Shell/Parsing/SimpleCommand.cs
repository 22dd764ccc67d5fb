namespace MicroLake.Shell;

/// <summary>A command of a line.</summary>
/// <param name="Words">Its name and its arguments; none where the line only redirects.</param>
/// <param name="Output">The file that takes its output; null: the output of the shell.</param>
public sealed record SimpleCommand(IReadOnlyList<string> Words, OutputFile? Output);

/// <param name="Append">Whether what the file has stays before.</param>
public sealed record OutputFile(string Path, bool Append);
