using System.Text;

namespace MicroLake.Hosting;

/// <summary>What the loader and the machine's starter handed over.</summary>
public static unsafe class BootData
{
    private static readonly Lazy<Dictionary<string, string>> s_options = new(ReadOptions);

    /// <summary>The archive that the loader brought, or empty.</summary>
    public static ReadOnlyMemory<byte> Archive()
    {
        ulong length;
        byte* start = KernelCall.BootModule(0, &length);
        return start == null ? default : AsMemory(start, length);
    }

    /// <summary>A file handed in through the firmware's configuration device, or empty.</summary>
    public static ReadOnlyMemory<byte> File(string name)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        ulong length;
        fixed (byte* text = bytes)
        {
            byte* start = KernelCall.BootFile(text, bytes.Length, &length);
            return start == null ? default : AsMemory(start, length);
        }
    }

    /// <summary>An option <c>key=value</c> of the kernel's command line, or of the one handed in beside it; null when it is not there.</summary>
    public static string? Option(string key) => s_options.Value.GetValueOrDefault(key);

    private static Dictionary<string, string> ReadOptions()
    {
        int length;
        byte* line = KernelCall.BootCommandLine(&length);
        string text = Encoding.UTF8.GetString(line, length) + " " + Encoding.UTF8.GetString(File("cmdline").Span);
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string word in text.Split([' ', '\t', '\n', '\0'], StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = word.IndexOf('=');
            options[equals < 0 ? word : word[..equals]] = equals < 0 ? "" : word[(equals + 1)..];
        }

        return options;
    }

    private static ReadOnlyMemory<byte> AsMemory(byte* start, ulong length) =>
        new NativeMemoryManager(start, (int)Math.Min(length, int.MaxValue)).Memory;
}
