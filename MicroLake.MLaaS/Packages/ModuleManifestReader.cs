using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using MicroLake.MLaaS.Guardrails;

namespace MicroLake.MLaaS.Packages;

/// <summary>Reads manifests of modules and believes nothing.</summary>
internal static class ModuleManifestReader
{
    private const int MaxBytes = 16 << 10;
    private const int MaxNameLength = 40;
    private const int MaxDescription = 400;
    private const int MaxInputs = 32;
    private const int MaxGrants = 32;
    private const int MaxGuardrails = 16;

    private static readonly string[] s_fields =
    [
        "name", "version", "description", "hook", "inputs", "output", "budget_ns", "architecture", "tolerance", "canary_percent",
        "reenter_shadow", "policy", "guardrails",
    ];

    /// <exception cref="ModuleException">It is no manifest.</exception>
    public static ModuleManifest Read(ReadOnlySpan<byte> json, bool decides)
    {
        if (json.Length > MaxBytes)
            throw new ModuleException($"manifest.json is longer than {MaxBytes >> 10} KiB");
        var manifest = new ModuleManifest();
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            _ = reader.Read();
            ReadFields(ref reader, "the manifest", s_fields, manifest, ReadField);
            while (reader.Read())
            {
                // What follows the object is refused by the reader.
            }
        }
        catch (JsonException error)
        {
            throw new ModuleException($"manifest.json is not JSON: line {error.LineNumber + 1}, byte {error.BytePositionInLine}");
        }
        catch (InvalidOperationException)
        {
            // The reader finds it only when a text is taken out.
            throw new ModuleException("a text of manifest.json is not Unicode");
        }

        Require(manifest.Name.Length > 0, "the manifest has no \"name\"");
        Require(manifest.Version.Number > 0, "the manifest has no \"version\" above 0.0.0");
        Require(decides || manifest.Hook.Length == 0, "the manifest names a \"hook\", but the module is a service, which decides nothing");
        Require(!decides || manifest.Hook.Length > 0, "the manifest has no \"hook\"");
        Require(!decides || manifest.Output.Unit.Length > 0, "the manifest has no \"output\"");
        return manifest;
    }

    private delegate void FieldReader<T>(ref Utf8JsonReader json, string key, T target);

    private static void ReadField(ref Utf8JsonReader json, string key, ModuleManifest manifest)
    {
        switch (key)
        {
            case "name":
                manifest.Name = Name(ref json, key);
                break;
            case "version":
                string version = Text(ref json, key, MaxNameLength);
                Require(ModuleVersion.TryParse(version, out ModuleVersion parsed), $"\"version\" is \"{Shorten(version)}\", not three numbers with dots, each up to 999");
                manifest.Version = parsed;
                break;
            case "description":
                manifest.Description = Text(ref json, key, MaxDescription);
                break;
            case "hook":
                manifest.Hook = Name(ref json, key);
                break;
            case "inputs":
                manifest.Inputs = List(ref json, key, MaxInputs, Input);
                break;
            case "output":
                manifest.Output = Output(ref json, key);
                break;
            case "budget_ns":
                manifest.BudgetNanoseconds = (int)Whole(ref json, key, 100, 100_000_000);
                break;
            case "architecture":
                manifest.Architecture = Architecture(ref json, key);
                break;
            case "tolerance":
                manifest.Tolerance = Number(ref json, key, 0, 1);
                break;
            case "canary_percent":
                manifest.CanaryPercent = (int)Whole(ref json, key, 1, 99);
                break;
            case "reenter_shadow":
                Require(json.TokenType is JsonTokenType.True or JsonTokenType.False, $"\"{key}\" is not true or false");
                manifest.ReenterShadow = json.GetBoolean();
                break;
            case "policy":
                ReadFields(ref json, $"\"{key}\"", s_policyFields, manifest.Policy, ReadGrants);
                break;
            default:
                List<Guardrail> guardrails = List(ref json, key, MaxGuardrails, ReadGuardrail);
                foreach (Guardrail guardrail in guardrails)
                    Require(guardrails.TrueForAll(other => other == guardrail || other.Property != guardrail.Property), $"{guardrail.Name} is twice among the \"{key}\"; leave one out");
                manifest.Guardrails = guardrails;
                break;
        }
    }

    private static readonly string[] s_inputFields = ["feature", "unit", "least", "most", "transform", "offset", "scale"];

    private static ModuleInput Input(ref Utf8JsonReader json, string key)
    {
        var input = new ModuleInput();
        ReadFields(ref json, $"one of the \"{key}\"", s_inputFields, input, static (ref Utf8JsonReader json, string key, ModuleInput input) =>
        {
            switch (key)
            {
                case "feature":
                    input.Feature = Name(ref json, key);
                    break;
                case "unit":
                    input.Unit = Text(ref json, key, MaxNameLength);
                    break;
                case "least":
                    input.Least = Whole(ref json, key, long.MinValue, long.MaxValue);
                    break;
                case "most":
                    input.Most = Whole(ref json, key, long.MinValue, long.MaxValue);
                    break;
                case "transform":
                    input.Transform = Transform(ref json, key);
                    break;
                case "offset":
                    input.Offset = (float)Number(ref json, key, -1e30, 1e30);
                    break;
                default:
                    input.Scale = (float)Number(ref json, key, -1e30, 1e30);
                    break;
            }
        });
        Require(input.Feature.Length > 0, $"one of the \"{key}\" has no \"feature\"");
        Require(input.Unit.Length > 0, $"the input \"{input.Feature}\" has no \"unit\"");
        Require(input.Least <= input.Most, $"the input \"{input.Feature}\" has a \"least\" above its \"most\"");
        return input;
    }

    private static readonly string[] s_outputFields = ["unit", "least", "most", "transform", "offset", "scale"];

    private static ModuleOutput Output(ref Utf8JsonReader json, string key)
    {
        var output = new ModuleOutput { Least = long.MinValue, Most = long.MinValue };
        ReadFields(ref json, $"\"{key}\"", s_outputFields, output, static (ref Utf8JsonReader json, string key, ModuleOutput output) =>
        {
            switch (key)
            {
                case "unit":
                    output.Unit = Text(ref json, key, MaxNameLength);
                    break;
                case "least":
                    output.Least = Whole(ref json, key, long.MinValue + 1, long.MaxValue);
                    break;
                case "most":
                    output.Most = Whole(ref json, key, long.MinValue + 1, long.MaxValue);
                    break;
                case "transform":
                    output.Transform = Transform(ref json, key);
                    break;
                case "offset":
                    output.Offset = (float)Number(ref json, key, -1e30, 1e30);
                    break;
                default:
                    output.Scale = (float)Number(ref json, key, -1e30, 1e30);
                    break;
            }
        });
        Require(output.Unit.Length > 0, $"\"{key}\" has no \"unit\"");
        Require(output.Least != long.MinValue && output.Most != long.MinValue, $"\"{key}\" has no \"least\" and \"most\"");
        Require(output.Least <= output.Most, $"\"{key}\" has a \"least\" above its \"most\"");
        return output;
    }

    private static readonly string[] s_policyFields = ["features", "helpers"];

    private static void ReadGrants(ref Utf8JsonReader json, string key, PolicyGrants grants)
    {
        List<string> names = List(ref json, key, MaxGrants, Name);
        for (int i = 0; i < names.Count; i++)
            Require(names.IndexOf(names[i]) == i, $"{names[i]} is twice among the \"{key}\"; leave one out");
        if (key == "features")
            grants.Features = names;
        else
            grants.Helpers = names;
    }

    private static readonly string[] s_guardrailFields = ["property", "most", "window"];

    private static Guardrail ReadGuardrail(ref Utf8JsonReader json, string key)
    {
        var draft = new GuardrailDraft();
        ReadFields(ref json, $"one of the \"{key}\"", s_guardrailFields, draft, static (ref Utf8JsonReader json, string key, GuardrailDraft draft) =>
        {
            switch (key)
            {
                case "property":
                    draft.Property = Property(ref json, key);
                    break;
                case "most":
                    draft.Most = Number(ref json, key, 0, 1e15);
                    break;
                default:
                    draft.Window = (int)Whole(ref json, key, 10, 1_000_000);
                    break;
            }
        });
        Require(draft.Property is not null, $"one of the \"{key}\" has no \"property\"");
        Require(draft.Most is not null, $"one of the \"{key}\" has no \"most\"");
        return new Guardrail { Property = draft.Property!.Value, Most = draft.Most!.Value, Window = draft.Window };
    }

    private sealed class GuardrailDraft
    {
        public GuardrailProperty? Property { get; set; }

        public double? Most { get; set; }

        public int Window { get; set; } = 1000;
    }

    private static GuardrailProperty Property(ref Utf8JsonReader json, string key)
    {
        string name = Text(ref json, key, MaxNameLength);
        int property = Array.IndexOf(Guardrail.Names, name);
        Require(property >= 0, $"\"{key}\" is \"{Shorten(name)}\"; it may be {string.Join(", ", Guardrail.Names)}");
        return (GuardrailProperty)property;
    }

    private static InputTransform Transform(ref Utf8JsonReader json, string key) => Text(ref json, key, MaxNameLength) switch
    {
        "none" => InputTransform.None,
        "log2" => InputTransform.Log2,
        var other => throw new ModuleException($"\"{key}\" is \"{Shorten(other)}\"; it may be none or log2"),
    };

    private static ModuleArchitecture Architecture(ref Utf8JsonReader json, string key) => Text(ref json, key, MaxNameLength) switch
    {
        "cpu" => ModuleArchitecture.Cpu,
        "gpu" => ModuleArchitecture.Gpu,
        "both" => ModuleArchitecture.Both,
        var other => throw new ModuleException($"\"{key}\" is \"{Shorten(other)}\"; it may be cpu, gpu or both"),
    };

    /// <summary>Reads an object whose start the reader is at, each field once.</summary>
    private static void ReadFields<T>(ref Utf8JsonReader json, string what, string[] known, T target, FieldReader<T> read)
        where T : class
    {
        Require(json.TokenType == JsonTokenType.StartObject, $"{what} is not a JSON object");
        var seen = new HashSet<string>();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string key = json.GetString()!;
            Require(Array.IndexOf(known, key) >= 0, $"\"{Shorten(key)}\" of {what} is unknown; known are {string.Join(", ", known)}");
            Require(seen.Add(key), $"\"{key}\" of {what} is there twice");
            _ = json.Read();
            read(ref json, key, target);
        }
    }

    private delegate T ElementReader<T>(ref Utf8JsonReader json, string key);

    private static List<T> List<T>(ref Utf8JsonReader json, string key, int most, ElementReader<T> element)
        where T : class
    {
        Require(json.TokenType == JsonTokenType.StartArray, $"\"{key}\" is not a list");
        var list = new List<T>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            list.Add(element(ref json, key));
            Require(list.Count <= most, $"\"{key}\" has more than {most} elements");
        }

        return list;
    }

    private static long Whole(ref Utf8JsonReader json, string key, long least, long most)
    {
        long number = 0;
        Require(
            json.TokenType == JsonTokenType.Number && json.TryGetInt64(out number) && number >= least && number <= most,
            $"\"{key}\" is not a whole number from {least} to {most}");
        return number;
    }

    private static double Number(ref Utf8JsonReader json, string key, double least, double most)
    {
        double number = 0;
        Require(
            json.TokenType == JsonTokenType.Number && json.TryGetDouble(out number) && number >= least && number <= most,
            $"\"{key}\" is not a number from {least} to {most}");
        return number;
    }

    private static string Name(ref Utf8JsonReader json, string key)
    {
        string name = Text(ref json, key, MaxNameLength);
        // What begins otherwise would be taken for an option, or for a hidden file.
        bool isName = name.Length > 0 && char.IsAsciiLetterOrDigit(name[0]);
        foreach (char c in name)
            isName &= char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.' or '_';
        Require(isName, $"\"{key}\" is \"{Shorten(name)}\", not a name of small letters, digits, hyphens, dots and underscores that begins with a letter or digit");
        return name;
    }

    private static string Text(ref Utf8JsonReader json, string key, int most)
    {
        Require(json.TokenType == JsonTokenType.String, $"\"{key}\" is not a text");
        string text = json.GetString()!;
        Require(text.Length <= most, $"\"{key}\" is longer than {most} characters");
        foreach (char c in text)
            Require(!char.IsControl(c), $"\"{key}\" holds a control character");
        return text;
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
            throw new ModuleException(otherwise);
    }

    private static void Require(bool condition, [InterpolatedStringHandlerArgument(nameof(condition))] ref Refusal otherwise)
    {
        if (!condition)
            throw new ModuleException(otherwise.ToString());
    }

    /// <summary>What is wrong, put together only where something is: a manifest is some thousand checks.</summary>
    [InterpolatedStringHandler]
    private ref struct Refusal
    {
        private DefaultInterpolatedStringHandler _text;

        public Refusal(int literalLength, int formattedCount, bool condition, out bool isNeeded)
        {
            isNeeded = !condition;
            _text = isNeeded ? new(literalLength, formattedCount) : default;
        }

        public void AppendLiteral(string text) => _text.AppendLiteral(text);

        public void AppendFormatted(string text) => _text.AppendFormatted(text);

        public void AppendFormatted(long number) => _text.AppendFormatted(number);

        public void AppendFormatted(double number) => _text.AppendFormatted(number);

        public override string ToString() => _text.ToStringAndClear();
    }

    private static string Shorten(string text)
    {
        var shown = new StringBuilder();
        foreach (char c in text.Length <= MaxNameLength ? text : text[..MaxNameLength] + "...")
            shown.Append(char.IsControl(c) ? '?' : c);
        return shown.ToString();
    }
}
