using System.Text;
using System.Text.Json;
using MicroLake.Abi;
using MicroLake.Sdk;
using MicroLake.Services.Programs;

namespace MicroLake.Services.Supervision;

/// <summary>Reads manifests and believes nothing.</summary>
internal static class ManifestReader
{
    private const int MaxBytes = 16 << 10;

    private delegate void Field(ref Utf8JsonReader json, string key, ServiceManifest manifest);

    private static readonly Dictionary<string, HandleRights> s_rights = new() { ["send"] = HandleRights.Send, ["duplicate"] = HandleRights.Duplicate };

    private static readonly Dictionary<string, Field> s_fields = new()
    {
        ["name"] = static (ref Utf8JsonReader json, string key, ServiceManifest m) => m.Name = Name(ref json, key),
        ["program"] = static (ref Utf8JsonReader json, string key, ServiceManifest m) => m.Program = FullText(ref json, key),
        ["arguments"] = static (ref Utf8JsonReader json, string key, ServiceManifest m) => m.Arguments = List(ref json, key, "texts", Text),
        ["memory_mib"] = Number(24, 1 << 20, static (m, n) => m.MemoryMiB = n),
        ["threads"] = Number(4, 4096, static (m, n) => m.Threads = n),
        ["handles"] = Number(8, 65536, static (m, n) => m.Handles = n),
        ["files"] = static (ref Utf8JsonReader json, string key, ServiceManifest m) => m.Files = Truth(ref json, key),
        ["keeps_state"] = static (ref Utf8JsonReader json, string key, ServiceManifest m) => m.KeepsState = Truth(ref json, key),
        ["priority"] = Number(1, 63, static (m, n) => m.Priority = n),
        ["processor_percent"] = Number(1, ServiceManifest.MostProcessorPercent, static (m, n) => m.ProcessorPercent = n),
        ["tenant"] = static (ref Utf8JsonReader json, string key, ServiceManifest m) => m.Tenant = Name(ref json, key),
        ["restart"] = static (ref Utf8JsonReader json, string key, ServiceManifest m) => m.Restart = Rule(ref json, key),
        ["back_off_ms"] = Number(1, 60_000, static (m, n) => m.BackOffMilliseconds = n),
        ["max_back_off_ms"] = Number(1, 3_600_000, static (m, n) => m.MaxBackOffMilliseconds = n),
        ["max_failures"] = Number(1, 1_000_000, static (m, n) => m.MaxFailures = n),
        ["grants"] = static (ref Utf8JsonReader json, string key, ServiceManifest m) => m.Grants = Grants(ref json, key),
        ["lookups"] = static (ref Utf8JsonReader json, string key, ServiceManifest m) => m.Lookups = List(ref json, key, "names", Pattern),
    };

    private delegate T Value<T>(ref Utf8JsonReader json, string key);

    /// <exception cref="ManifestException">It is no manifest.</exception>
    public static ServiceManifest Read(ReadOnlySpan<byte> json)
    {
        if (json.Length > MaxBytes)
            throw new ManifestException($"the manifest is longer than {MaxBytes >> 10} KiB");
        var manifest = new ServiceManifest();
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            ReadObject(ref reader, manifest);
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

    private static void ReadObject(ref Utf8JsonReader json, ServiceManifest manifest)
    {
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            throw new ManifestException("the manifest is not a JSON object");
        var seen = new HashSet<string>();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string key = json.GetString()!;
            if (!s_fields.TryGetValue(key, out Field? field))
                throw new ManifestException($"\"{Shorten(key)}\" is unknown; known are {string.Join(", ", s_fields.Keys)}");
            if (!seen.Add(key))
                throw new ManifestException($"\"{key}\" is there twice");
            _ = json.Read();
            field(ref json, key, manifest);
        }

        // What follows the object is refused by the reader.
        while (json.Read())
        {
        }
    }

    private static Field Number(int least, int most, Action<ServiceManifest, int> set) =>
        (ref Utf8JsonReader json, string key, ServiceManifest manifest) => set(manifest, Whole(ref json, key, least, most));

    private static int Whole(ref Utf8JsonReader json, string key, int least, int most) =>
        json.TokenType == JsonTokenType.Number && json.TryGetInt32(out int number) && number >= least && number <= most
            ? number
            : throw new ManifestException($"\"{key}\" is not a whole number from {least} to {most}");

    private static bool Truth(ref Utf8JsonReader json, string key) =>
        json.TokenType is JsonTokenType.True or JsonTokenType.False ? json.GetBoolean() : throw new ManifestException($"\"{key}\" is not true or false");

    private static string Name(ref Utf8JsonReader json, string key)
    {
        string name = FullText(ref json, key);
        return Tenant.IsName(name)
            ? name
            : throw new ManifestException($"the name \"{Shorten(name)}\" is not up to {ServiceStart.MaxNameLength} small letters, digits, hyphens and dots");
    }

    private static RestartRule Rule(ref Utf8JsonReader json, string key) => FullText(ref json, key) switch
    {
        "always" => RestartRule.Always,
        "on-failure" => RestartRule.OnFailure,
        "never" => RestartRule.Never,
        var other => throw new ManifestException($"\"{key}\" is \"{Shorten(other)}\"; it may be always, on-failure or never"),
    };

    private static List<ServiceGrant> Grants(ref Utf8JsonReader json, string key)
    {
        List<ServiceGrant> grants = List(ref json, key, "services", Grant);
        var names = new HashSet<string>();
        foreach (ServiceGrant grant in grants)
            if (!names.Add(grant.As))
                throw new ManifestException($"two of the \"{key}\" are for \"{grant.As}\"; give one another name by \"as\"");
        return grants;
    }

    /// <summary>A service's name, or an object with <c>service</c>, <c>as</c>, <c>rights</c>, <c>weight</c> and <c>sessions</c>.</summary>
    private static ServiceGrant Grant(ref Utf8JsonReader json, string key)
    {
        if (json.TokenType == JsonTokenType.String)
            return ServiceGrant.Of(Name(ref json, key));
        if (json.TokenType != JsonTokenType.StartObject)
            throw new ManifestException($"one of the \"{key}\" is neither a name nor an object");
        string service = "", name = "";
        HandleRights rights = ServiceGrant.UsualRights;
        ServiceShare? share = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string field = json.GetString()!;
            _ = json.Read();
            switch (field)
            {
                case "service":
                    service = Name(ref json, field);
                    break;
                case "as":
                    name = Name(ref json, field);
                    break;
                case "rights":
                    rights = Rights(ref json, field);
                    break;
                case "weight":
                    share = (share ?? ServiceShare.Usual) with { Weight = Whole(ref json, field, 1, ServiceShare.MostWeight) };
                    break;
                case "sessions":
                    share = (share ?? ServiceShare.Usual) with { Sessions = Whole(ref json, field, 1, ServiceShare.MostSessions) };
                    break;
                default:
                    throw new ManifestException($"\"{Shorten(field)}\" of the \"{key}\" is unknown; known are service, as, rights, weight, sessions");
            }
        }

        return service.Length > 0
            ? new ServiceGrant(service, name.Length > 0 ? name : service, rights) { Share = share }
            : throw new ManifestException($"one of the \"{key}\" has no \"service\"");
    }

    private static HandleRights Rights(ref Utf8JsonReader json, string key)
    {
        HandleRights rights = HandleRights.None;
        foreach (string right in List(ref json, key, "rights", Text))
            rights |= s_rights.TryGetValue(right, out HandleRights known)
                ? known
                : throw new ManifestException($"the right \"{Shorten(right)}\" cannot be granted; rights are {string.Join(", ", s_rights.Keys)}");
        return rights.HasFlag(HandleRights.Send) ? rights : throw new ManifestException($"\"{key}\" without \"send\" would be of no use");
    }

    private static string Pattern(ref Utf8JsonReader json, string key)
    {
        string pattern = FullText(ref json, key);
        return pattern == "*" || Tenant.IsName(pattern.EndsWith('*') ? pattern[..^1] : pattern)
            ? pattern
            : throw new ManifestException($"\"{Shorten(pattern)}\" of the \"{key}\" is no name, no beginning of names with a * behind it, and not *");
    }

    private static string FullText(ref Utf8JsonReader json, string key) =>
        Text(ref json, key) is { Length: > 0 } text ? text : throw new ManifestException($"\"{key}\" is an empty text");

    /// <summary>A text that a program can be given: a zero byte would end it.</summary>
    private static string Text(ref Utf8JsonReader json, string key)
    {
        if (json.TokenType != JsonTokenType.String)
            throw new ManifestException($"\"{key}\" is not a text");
        string text = json.GetString()!;
        return text.Contains('\0') ? throw new ManifestException($"\"{key}\" holds a zero character") : text;
    }

    private static List<T> List<T>(ref Utf8JsonReader json, string key, string what, Value<T> element)
    {
        if (json.TokenType != JsonTokenType.StartArray)
            throw new ManifestException($"\"{key}\" is not a list of {what}");
        var list = new List<T>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            list.Add(element(ref json, key));
        return list;
    }

    private static string Shorten(string text)
    {
        var shown = new StringBuilder();
        foreach (char c in text.Length <= 40 ? text : text[..40] + "...")
            shown.Append(char.IsControl(c) ? '?' : c);
        return shown.ToString();
    }
}
