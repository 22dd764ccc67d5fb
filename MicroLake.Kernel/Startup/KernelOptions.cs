using System.Text;

namespace MicroLake.Startup;

/// <summary>The options given to the kernel: <c>key=value</c>, parted by spaces. A key without a value counts as <c>1</c>.</summary>
public sealed class KernelOptions
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <param name="text">The command line. Of a key that comes twice the last counts.</param>
    public KernelOptions(string text)
    {
        foreach (string part in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=');
            _values[equals < 0 ? part : part[..equals]] = equals < 0 ? "1" : part[(equals + 1)..];
        }
    }

    /// <summary>The options of this boot.</summary>
    public static KernelOptions Current { get; } = new(ReadCommandLine());

    /// <summary>The value of an option, or null when it was not given.</summary>
    public string? this[string key] => _values.GetValueOrDefault(key);

    private static unsafe string ReadCommandLine()
    {
        int length;
        byte* text = KernelCalls.CommandLine(&length);
        // SAFETY: the kernel keeps the command line for as long as it runs and gives its length.
        return text is null ? "" : Encoding.UTF8.GetString(text, length);
    }
}
