using System.Text;
using System.Text.Json;
using MicroLake.Nn.Training;

namespace MicroLake.ModelTool.Training;

/// <summary>Writes manifest.json. Hooks hand over whole numbers: logarithms and shares are counted in parts of 256.</summary>
internal static class ModuleManifestWriter
{
    private const int Parts = 256;

    /// <summary>What comes of a choice shows some caches' worth of uses later.</summary>
    private const int OutcomeWindow = 10_000;

    public static string Write(ITrainee trainee, FeatureScaler scaler)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new() { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("name", trainee.Name);
            json.WriteString("version", "1.0.0");
            json.WriteString("description", trainee.Summary);
            json.WriteString("hook", trainee.Hook);
            json.WriteStartArray("inputs");
            for (int i = 0; i < trainee.Features.Count; i++)
            {
                json.WriteStartObject();
                json.WriteString("feature", trainee.Features[i].Name);
                json.WriteString("unit", $"{trainee.Features[i].Unit}/{Parts}");
                json.WriteNumber("least", (long)Math.Floor(scaler.Minimums[i] * Parts));
                json.WriteNumber("most", (long)Math.Ceiling(scaler.Maximums[i] * Parts));
                json.WriteNumber("scale", 1.0 / Parts);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartObject("output");
            json.WriteString("unit", trainee.OutputUnit);
            json.WriteNumber("least", (long)trainee.OutputRange.Least * Parts);
            json.WriteNumber("most", (long)trainee.OutputRange.Most * Parts);
            json.WriteNumber("scale", Parts);
            json.WriteEndObject();
            if (trainee.PolicyGrants is { } grants)
            {
                json.WriteStartObject("policy");
                WriteNames(json, "features", grants.Features);
                WriteNames(json, "helpers", grants.Helpers);
                json.WriteEndObject();
            }

            json.WriteNumber("budget_ns", trainee.BudgetNanoseconds);
            json.WriteStartArray("guardrails");
            WriteGuardrail(json, "inputs_out_of_range", 20);
            WriteGuardrail(json, "outputs_out_of_range", 1);
            WriteGuardrail(json, "worse_than_heuristic", 5, OutcomeWindow);
            if (trainee.MostWait is { } wait)
                WriteGuardrail(json, "starvation_ns", wait, null);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray()) + "\n";
    }

    private static void WriteNames(Utf8JsonWriter json, string key, IReadOnlyList<string> names)
    {
        json.WriteStartArray(key);
        foreach (string name in names)
            json.WriteStringValue(name);
        json.WriteEndArray();
    }

    private static void WriteGuardrail(Utf8JsonWriter json, string property, double most, int? window = 1000)
    {
        json.WriteStartObject();
        json.WriteString("property", property);
        json.WriteNumber("most", most);
        if (window is { } decisions)
            json.WriteNumber("window", decisions);
        json.WriteEndObject();
    }
}
