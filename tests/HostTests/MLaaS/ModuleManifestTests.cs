using System.Text;
using MicroLake.HostTests.Nn;
using MicroLake.MLaaS.Guardrails;
using MicroLake.MLaaS.Packages;
using Xunit;

namespace MicroLake.HostTests.MLaaS;

public sealed class ModuleManifestTests
{
    [Fact]
    public void Every_field_is_read()
    {
        ModuleManifest manifest = Read("""
            {
                // A comment, and a comma at the end.
                "name": "m", "version": "2.0.11", "description": "d", "hook": "mm.reclaim",
                "inputs": [ { "feature": "age_ns", "unit": "ns", "least": -3, "most": 7, "transform": "log2", "offset": 1.5, "scale": -2 } ],
                "output": { "unit": "rank", "least": 0, "most": 9, "transform": "log2", "offset": 0.5, "scale": 3 },
                "budget_ns": 2000, "architecture": "both", "tolerance": 0.5, "canary_percent": 25, "reenter_shadow": true,
                "policy": { "features": [ "age", "uses" ], "helpers": [] },
                "guardrails": [ { "property": "worse_than_heuristic", "most": 7.5 }, { "property": "starvation_ns", "most": 1e9, "window": 10 } ],
            }
            """);
        Assert.Equal(("m", "2.0.11", "d", "mm.reclaim"), (manifest.Name, manifest.Version.ToString(), manifest.Description, manifest.Hook));
        ModuleInput input = Assert.Single(manifest.Inputs);
        Assert.Equal(("age_ns", "ns", -3L, 7L, InputTransform.Log2, 1.5f, -2f), (input.Feature, input.Unit, input.Least, input.Most, input.Transform, input.Offset, input.Scale));
        ModuleOutput output = manifest.Output;
        Assert.Equal(("rank", 0L, 9L, InputTransform.Log2, 0.5f, 3f), (output.Unit, output.Least, output.Most, output.Transform, output.Offset, output.Scale));
        Assert.Equal((2000, ModuleArchitecture.Both, 0.5, 25, true), (manifest.BudgetNanoseconds, manifest.Architecture, manifest.Tolerance, manifest.CanaryPercent, manifest.ReenterShadow));
        Assert.Equal(["age", "uses"], manifest.Policy.Features);
        Assert.Equal([], manifest.Policy.Helpers);
        Assert.Equal([(GuardrailProperty.WorseThanHeuristic, 7.5, 1000), (GuardrailProperty.Starvation, 1e9, 10)], manifest.Guardrails.Select(g => (g.Property, g.Most, g.Window)));
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{} {}", "not JSON")]
    [InlineData("""{ "colour": 1 }""", "\"colour\" of the manifest is unknown")]
    [InlineData("""{ "name": "a", "name": "a" }""", "is there twice")]
    [InlineData("""{ "name": "A b" }""", "not a name")]
    [InlineData("""{ "name": "--json" }""", "begins with a letter or digit")]
    [InlineData("""{ "name": ".." }""", "begins with a letter or digit")]
    [InlineData("""{ "name": 5 }""", "not a text")]
    [InlineData("""{ "version": "1.2" }""", "three numbers")]
    [InlineData("""{ "version": "1.2.1000" }""", "three numbers")]
    [InlineData("""{ "budget_ns": 1 }""", "not a whole number from 100")]
    [InlineData("""{ "canary_percent": 100 }""", "not a whole number from 1 to 99")]
    [InlineData("""{ "tolerance": 2 }""", "not a number from 0 to 1")]
    [InlineData("""{ "reenter_shadow": "yes" }""", "not true or false")]
    [InlineData("""{ "architecture": "tpu" }""", "cpu, gpu or both")]
    [InlineData("""{ "inputs": {} }""", "not a list")]
    [InlineData("""{ "inputs": [ 5 ] }""", "not a JSON object")]
    [InlineData("""{ "inputs": [ { "unit": "ns" } ] }""", "no \"feature\"")]
    [InlineData("""{ "inputs": [ { "feature": "a" } ] }""", "no \"unit\"")]
    [InlineData("""{ "inputs": [ { "feature": "a", "unit": "ns", "least": 2, "most": 1 } ] }""", "\"least\" above")]
    [InlineData("""{ "output": { "unit": "ns" } }""", "no \"least\" and \"most\"")]
    [InlineData("""{ "guardrails": [ { "property": "luck", "most": 1 } ] }""", "it may be over_budget")]
    [InlineData("""{ "guardrails": [ { "property": "over_budget" } ] }""", "no \"most\"")]
    [InlineData("""{ "guardrails": [ { "property": "over_budget", "most": 1 }, { "property": "over_budget", "most": 50 } ] }""", "over_budget is twice among the \"guardrails\"")]
    [InlineData("""{ "policy": [] }""", "\"policy\" is not a JSON object")]
    [InlineData("""{ "policy": { "files": [] } }""", "\"files\" of \"policy\" is unknown; known are features, helpers")]
    [InlineData("""{ "policy": { "features": "age" } }""", "\"features\" is not a list")]
    [InlineData("""{ "policy": { "helpers": [ 5 ] } }""", "\"helpers\" is not a text")]
    [InlineData("""{ "policy": { "helpers": [ "time", "infer", "time" ] } }""", "time is twice among the \"helpers\"")]
    [InlineData("""{ "name": "a", "version": "1.0.0", "hook": "h" }""", "no \"output\"")]
    [InlineData("""{ "version": "1.0.0", "hook": "h", "output": { "unit": "ns", "least": 0, "most": 1 } }""", "no \"name\"")]
    [InlineData("""{ "name": "a", "hook": "h", "output": { "unit": "ns", "least": 0, "most": 1 } }""", "no \"version\"")]
    public void What_is_wrong_is_said(string json, string message) =>
        Assert.Contains(message, Assert.Throws<ModuleException>(() => Read(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void Changed_manifests_are_read_or_refused()
    {
        byte[] seed = Encoding.UTF8.GetBytes(ModuleFixture.Manifest.Replace("\"guardrails\"", """ "policy": { "features": [ "burst_ns" ], "helpers": [ "time" ] }, "guardrails" """, StringComparison.Ordinal));
        var random = new Random(11);
        int read = 0;
        for (int i = 0; i < 10_000; i++)
        {
            try
            {
                _ = ModuleManifest.Read(Mutation.Apply(seed, random));
                read++;
            }
            catch (ModuleException error)
            {
                Assert.DoesNotContain(error.Message, char.IsControl);
            }
        }

        Assert.InRange(read, 1, 9_000);
    }

    private static ModuleManifest Read(string json) => ModuleManifest.Read(Encoding.UTF8.GetBytes(json));
}
