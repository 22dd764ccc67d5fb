using System.Buffers;
using System.Text;
using System.Text.Json;
using MicroLake.Abi;

namespace MicroLake.Services.Supervision;

/// <summary>What a service is and what it may use. A JSON object; every number has a range, and what is not known is refused.</summary>
public sealed record ServiceManifest
{
    public const int MaxBytes = 16 << 10;
    public const int MaxNameLength = 32;

    private const ulong PageBytes = 4096;
    private static readonly SearchValues<char> s_nameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-.");

    /// <summary>By which clients find it: small letters, digits, hyphens and dots.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The program's file, beside the manifest if the path is relative.</summary>
    public string Program { get; private set; } = "";

    public IReadOnlyList<string> Arguments { get; private set; } = [];

    public int MemoryMiB { get; private set; } = 64;

    public int Threads { get; private set; } = 32;

    public int Handles { get; private set; } = 256;

    /// <summary>Whether it sees the system's files.</summary>
    public bool Files { get; private set; } = true;

    /// <summary>Highest priority of its threads, 1 to 63.</summary>
    public int Priority { get; private set; } = 32;

    public RestartRule Restart { get; private set; } = RestartRule.OnFailure;

    /// <summary>Wait before the first restart, in milliseconds; each further one in a row waits twice as long.</summary>
    public int BackOffMilliseconds { get; private set; } = 50;

    /// <summary>After so many failures in a row the service is given up.</summary>
    public int MaxFailures { get; private set; } = 10;

    public ProcessLimits Limits => new()
    {
        MemoryPages = ((ulong)MemoryMiB << 20) / PageBytes,
        Threads = (uint)Threads,
        Handles = (uint)Handles,
        HighestPriority = (uint)Priority,
    };

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="ManifestException">It is not one.</exception>
    public static ServiceManifest Read(ReadOnlySpan<byte> json)
    {
        if (json.Length > MaxBytes)
            throw new ManifestException($"the manifest is longer than {MaxBytes >> 10} KiB");
        var manifest = new ServiceManifest();
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            manifest.ReadObject(ref reader);
        }
        catch (JsonException error)
        {
            throw new ManifestException($"the manifest is not JSON: line {error.LineNumber + 1}, byte {error.BytePositionInLine}");
        }
        catch (InvalidOperationException)
        {
            // The reader finds it only when a text is taken out.
            throw new ManifestException("a text of the manifest is not Unicode");
        }

        if (manifest.Name.Length == 0)
            throw new ManifestException("the manifest has no \"name\"");
        if (manifest.Program.Length == 0)
            throw new ManifestException("the manifest has no \"program\"");
        return manifest;
    }

    private void ReadObject(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new ManifestException("the manifest is not a JSON object");
        var seen = new HashSet<string>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            if (!seen.Add(key))
                throw new ManifestException($"\"{Shorten(key)}\" is there twice");
            _ = reader.Read();
            ReadValue(ref reader, key);
        }

        // What follows the object is refused by the reader.
        while (reader.Read())
        {
        }
    }

    private void ReadValue(ref Utf8JsonReader reader, string key)
    {
        switch (key)
        {
            case "name":
                Name = ReadName(ref reader);
                break;
            case "program":
                Program = ReadText(ref reader, key);
                break;
            case "arguments":
                Arguments = ReadTexts(ref reader, key);
                break;
            case "memory_mib":
                MemoryMiB = ReadNumber(ref reader, key, 24, 1 << 20);
                break;
            case "threads":
                Threads = ReadNumber(ref reader, key, 4, 4096);
                break;
            case "handles":
                Handles = ReadNumber(ref reader, key, 8, 65536);
                break;
            case "files":
                Files = reader.TokenType is JsonTokenType.True or JsonTokenType.False
                    ? reader.GetBoolean()
                    : throw new ManifestException($"\"{key}\" is not true or false");
                break;
            case "priority":
                Priority = ReadNumber(ref reader, key, 1, 63);
                break;
            case "restart":
                Restart = ReadText(ref reader, key) switch
                {
                    "always" => RestartRule.Always,
                    "on-failure" => RestartRule.OnFailure,
                    "never" => RestartRule.Never,
                    var other => throw new ManifestException($"\"restart\" is \"{Shorten(other)}\"; it may be always, on-failure or never"),
                };
                break;
            case "back_off_ms":
                BackOffMilliseconds = ReadNumber(ref reader, key, 1, 60_000);
                break;
            case "max_failures":
                MaxFailures = ReadNumber(ref reader, key, 1, 1_000_000);
                break;
            default:
                throw new ManifestException(
                    $"\"{Shorten(key)}\" is unknown; known are name, program, arguments, memory_mib, threads, handles, files, priority, restart, back_off_ms, max_failures");
        }
    }

    private static string ReadName(ref Utf8JsonReader reader)
    {
        string name = ReadText(ref reader, "name");
        if (name.Length > MaxNameLength || name.AsSpan().ContainsAnyExcept(s_nameCharacters))
            throw new ManifestException($"the name \"{Shorten(name)}\" is not up to {MaxNameLength} small letters, digits, hyphens and dots");
        return name;
    }

    private static string ReadText(ref Utf8JsonReader reader, string key)
    {
        if (reader.TokenType != JsonTokenType.String || reader.GetString() is not { Length: > 0 } text)
            throw new ManifestException($"\"{key}\" is not a text");
        return text;
    }

    private static List<string> ReadTexts(ref Utf8JsonReader reader, string key)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new ManifestException($"\"{key}\" is not a list of texts");
        var texts = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            texts.Add(reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new ManifestException($"\"{key}\" is not a list of texts"));
        return texts;
    }

    private static int ReadNumber(ref Utf8JsonReader reader, string key, int least, int most)
    {
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out int number) || number < least || number > most)
            throw new ManifestException($"\"{key}\" is not a whole number from {least} to {most}");
        return number;
    }

    private static string Shorten(string text)
    {
        var shown = new StringBuilder();
        foreach (char c in text.Length <= 40 ? text : text[..40] + "...")
            shown.Append(char.IsControl(c) ? '?' : c);
        return shown.ToString();
    }
}
