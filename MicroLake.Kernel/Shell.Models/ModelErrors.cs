using MicroLake.Nn;
using MicroLake.Nn.Csv;

namespace MicroLake.Shell.Models;

/// <summary>Turns what the library throws into the shell's one-line errors.</summary>
internal static class ModelErrors
{
    /// <summary>Does something with a file; its errors name the file.</summary>
    public static T Naming<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception error) when (error is ModelFormatException or InferenceException or CsvFormatException)
        {
            throw new CommandException($"{Printable.Shorten(path)}: {OneLine(error.Message)}", "");
        }
    }

    /// <summary>Opens a file for reading.</summary>
    public static FileStream Open(string path)
    {
        if (Directory.Exists(path))
            throw new CommandException($"'{Printable.Shorten(path)}' is a folder", "name a file in it");
        if (!File.Exists(path))
            throw new CommandException($"there is no file '{Printable.Shorten(path)}'", "see ls for what is there");
        return File.OpenRead(path);
    }

    private static string OneLine(string message) =>
        new string(Array.ConvertAll(message.ToCharArray(), c => char.IsControl(c) ? ' ' : c)).TrimEnd('.', ' ');
}
