using System.Text;
using System.Text.Json;
using MicroLake.HostTests.Policies;
using MicroLake.MLaaS.Models;
using MicroLake.MLaaS.Packages;
using MicroLake.Policies;
using MicroLake.Policies.Verification;
using MicroLake.Tool.Modules;
using Xunit;

namespace MicroLake.HostTests.MLaaS;

/// <summary>Modules that decide by a policy, or by a policy that asks a model.</summary>
public sealed unsafe class DecisionPolicyTests
{
    private const string Manifest = """
        { "name": "mine", "version": "1.0.0", "hook": "sched.pick", "output": { "unit": "ns", "least": 0, "most": 1000 } }
        """;

    [Fact]
    public void The_shipped_policy_is_packed_from_its_source_and_decides()
    {
        using ModuleDecision decision = ModuleDecision.Load(
            ModuleFile.Read(ModulePackage.Pack(PolicyClang.Sample("pick-burst"), null), []), PolicyEnvironment.ForChecking);
        Assert.Equal(("pick-burst", "sched.pick"), (decision.Manifest.Name, decision.Hook.Name));
        Assert.Null(decision.Model);
        Assert.InRange(decision.Policy!.Program.LongestRun, 10, 1000);
        long* context = stackalloc long[] { 1600, 1600, 1600, 1600, 100, 0, 0, 0 };
        Assert.Equal(1500, ((delegate* unmanaged<void*, long>)decision.Policy.Compile())(context));
        Assert.InRange(decision.Policy.CodeBytes, 1, 4096);
    }

    [Fact]
    public void Every_sample_is_a_module()
    {
        foreach (string source in Directory.GetFiles(Path.GetDirectoryName(PolicyClang.Sample("pick-burst"))!, "*.c"))
        {
            using var output = new StringWriter();
            ModulePackage.Check(ModulePackage.Pack(source, null), [], prove: false, output);
            Assert.StartsWith(Path.GetFileNameWithoutExtension(source) + " 1.0.0 for ", output.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_manifest_that_watches_or_proves_nothing_is_refused()
    {
        byte[] policy = PolicyClang.CompileText("#include <microlake.h>\nML_POLICY(\"sched.pick\") s64 f(s64 *c) { return c[0] & 7; }");
        void RefusedWith(string fields, string message) => Assert.Contains(
            message, Assert.Throws<ModuleException>(() => Load(Manifest.Replace("\"hook\"", $"{fields}, \"hook\"", StringComparison.Ordinal), policy, null)).Message, StringComparison.Ordinal);
        RefusedWith("""  "architecture": "gpu" """, "decisions are made on the processor");
        // Without a model there is nobody to make numbers for.
        RefusedWith("""  "inputs": [ { "feature": "guess", "unit": "ns" } ] """, "sched.pick has no feature \"guess\"");
        byte[] file = ModuleFixture.File(new() { [ModulePart.Manifest] = Encoding.UTF8.GetBytes(Manifest), [ModulePart.Policy] = policy });
        Assert.Contains("mine is a policy; leave --prove out", Assert.Throws<ModuleException>(() => ModulePackage.Check(file, [], prove: true, TextWriter.Null)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mm.prefetch", "pages", "starvation_ns", "nobody waits for decisions of mm.prefetch")]
    [InlineData("mm.reclaim", "rank", "starvation_ns", "nobody waits for decisions of mm.reclaim")]
    [InlineData("ml.place", "device", "worse_than_heuristic", "what comes of decisions of ml.place is not known")]
    public void A_guardrail_that_its_hook_cannot_watch_is_refused(string hook, string unit, string property, string message)
    {
        string manifest = $$"""{ "name": "mine", "version": "1.0.0", "hook": "{{hook}}", "output": { "unit": "{{unit}}", "least": 0, "most": 1 }, "guardrails": [ { "property": "{{property}}", "most": 5 } ] }""";
        Assert.Contains(message, Assert.Throws<ModuleException>(() => Load(manifest, [], null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_policy_that_does_not_fit_its_hook_is_refused_with_the_reason()
    {
        Refused("ML_POLICY(\"mm.reclaim\") s64 f(struct ml_mm_reclaim *c) { return 1; }", "no program for sched.pick; its programs are in mm.reclaim");
        Refused("ML_POLICY(\"sched.pick\") s64 f(s64 *c) { return 1; } ML_POLICY(\"sched.pick\") s64 g(s64 *c) { return 2; }", "two programs for sched.pick, f and g");
        Refused("ML_POLICY(\"sched.pick\") s64 f(s64 *c) { return c[16]; }", "instruction 0 (");
        Refused("ML_POLICY(\"sched.pick\") s64 f(s64 *c) { s64 n = 0; for (u32 i = 0; i < 30000; i++) n += i ^ c[0]; return n; }", "policy.bpf.o: ");
        Assert.Contains("policy.bpf.o: ", Assert.Throws<ModuleException>(() => Load(Manifest, [1, 2, 3], null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_policy_may_make_numbers_of_its_own_for_its_model()
    {
        string manifest = ModuleFixture.Manifest.Replace("burst_ns", "guess", StringComparison.Ordinal), granting = manifest.Replace(
            "\"hook\"", """ "policy": { "features": [ "burst_ns", "burst1_ns", "priority" ] }, "hook" """, StringComparison.Ordinal);
        byte[] policy = PolicyClang.CompileText("""
            #include <microlake.h>
            ML_POLICY("sched.pick") s64 f(struct ml_sched_pick *c)
            {
                s64 inputs[2] = {c->burst_ns + c->burst1_ns, c->priority}, output;
                return ml_infer(0, inputs, sizeof(inputs), &output, sizeof(output)) ? 0 : output;
            }
            """);
        using ModuleDecision decision = Load(granting, policy, ModuleFixture.Model());
        Assert.NotNull(decision.Policy);
        // By its own order, not the hook's.
        Assert.NotEmpty(decision.Model!.RequireProgram().State);
        Assert.Contains("no feature \"guess\"", Assert.Throws<ModuleException>(() => Load(manifest, null, ModuleFixture.Model())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("return c->burst_ns + c->waited_ns;", """ "features": [ "burst_ns" ] """, "the manifest does not grant feature waited_ns; name it in policy.features")]
    [InlineData("return c->burst_ns;", """ "features": [] """, "the manifest does not grant feature burst_ns")]
    [InlineData("return ml_feature(4);", """ "features": [ "burst_ns" ] """, "the manifest does not grant feature waited_ns")]
    [InlineData("return ml_feature(c->burst_ns & 7);", """ "features": [ "burst_ns", "burst1_ns", "burst2_ns", "burst3_ns" ] """, "the manifest does not grant feature waited_ns")]
    [InlineData("return ml_feature(c->burst_ns);", """ "features": [ "burst_ns" ] """, "the manifest does not grant feature burst1_ns")]
    [InlineData("return ml_feature(c->burst_ns > 9 ? 4 : 0);", """ "features": [ "burst_ns" ] """, "the manifest does not grant feature waited_ns")]
    [InlineData("return c->burst_ns;", "", "the manifest does not grant feature burst_ns; name it in policy.features")]
    [InlineData("return ml_feature(3);", """ "helpers": [ "feature" ] """, "the manifest does not grant feature burst3_ns")]
    [InlineData("return ml_time() & 1;", """ "helpers": [ "random" ] """, "the manifest does not grant helper time; name it in policy.helpers")]
    [InlineData("return ml_time() & 1;", "", "the manifest does not grant helper time")]
    [InlineData("return ml_random() & 1;", "", "the manifest does not grant helper random")]
    [InlineData("return ml_processor() & 1;", "", "the manifest does not grant helper processor")]
    [InlineData("return ml_trace(\"x\", 1, 0, 0);", "", "the manifest does not grant helper trace")]
    [InlineData("return ml_map_lookup(&own, &(u32){0}) != 0;", """ "helpers": [] """, "the manifest does not grant helper map_lookup")]
    public void What_the_manifest_does_not_grant_is_refused_where_it_is_used(string body, string grants, string message)
    {
        byte[] policy = Policy(body);
        ModuleException error = Assert.Throws<ModuleException>(() => Load(Granting(grants), policy, null));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        var refusal = Assert.IsType<VerificationException>(error.InnerException);
        Assert.StartsWith($"policy.bpf.o: instruction {refusal.Instruction} (", error.Message, StringComparison.Ordinal);
        Assert.Equal(message.Contains("feature", StringComparison.Ordinal) ? 1 : null, refusal.Register);
    }

    [Theory]
    [InlineData("return c->burst_ns + c->waited_ns;", """ "features": [ "waited_ns", "burst_ns" ], "helpers": [] """, "burst_ns, waited_ns", "nothing")]
    [InlineData("return ml_feature(c->burst_ns & 3);", """ "features": [ "burst_ns", "burst1_ns", "burst2_ns", "burst3_ns" ], "helpers": [ "feature" ] """, "burst_ns, burst1_ns, burst2_ns, burst3_ns", "feature")]
    [InlineData("return ml_time() + ml_random() > ml_processor();", """ "features": [], "helpers": [ "processor", "random", "time" ] """, "nothing", "time, random, processor")]
    // Without the field: no feature, and what is the module's own.
    [InlineData("return ml_map_lookup(&own, &(u32){0}) != 0;", "", "nothing", "map_lookup, map_update, map_delete, ring_output, feature, infer")]
    public void What_the_manifest_grants_may_be_used_and_is_shown(string body, string grants, string sees, string calls)
    {
        byte[] policy = Policy(body);
        byte[] file = ModuleFixture.File(new() { [ModulePart.Manifest] = Encoding.UTF8.GetBytes(Granting(grants)), [ModulePart.Policy] = policy });
        using var output = new StringWriter();
        ModulePackage.Check(file, [], prove: false, output);
        Assert.Contains($"\n  sees: {sees}", output.ToString(), StringComparison.Ordinal);
        Assert.Contains($"\n  may call: {calls}\n", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("return c->waited_ns + c->burst_ns;", null, """["burst_ns","waited_ns"]""")]
    [InlineData("return ml_feature(c->priority & 3);", """{ "helpers": [ "feature" ] }""", """["burst_ns","burst1_ns","burst2_ns","burst3_ns","priority"]""")]
    [InlineData("return 1;", null, "[]")]
    // What the author says stays.
    [InlineData("return c->burst_ns;", """{ "features": [ "ready", "burst_ns" ] }""", """["ready","burst_ns"]""")]
    public void Packing_grants_a_silent_manifest_the_features_that_the_policy_uses(string body, string? grants, string features)
    {
        using var output = new StringWriter();
        // Comments and all, as the kernel reads it.
        string manifest = Manifest.Replace("\"hook\"", $"/* mine */ {(grants is null ? "" : $"\"policy\": {grants}, ")}\"hook\"", StringComparison.Ordinal);
        ModuleFile file = ModuleFile.Read(Pack(manifest, Source(body), output), []);
        using ModuleDecision decision = ModuleDecision.Load(file, PolicyEnvironment.ForChecking);
        Assert.Equal(features, JsonSerializer.Serialize(file.Manifest.Policy.Features));
        Assert.Equal(grants?.Contains("helpers", StringComparison.Ordinal) is true, file.Manifest.Policy.Helpers is not null);
        Assert.Equal(grants?.Contains("features", StringComparison.Ordinal) is true, output.ToString().Length == 0);
        Assert.Equal((1000L, "ns", "sched.pick"), (file.Manifest.Output.Most, file.Manifest.Output.Unit, file.Manifest.Hook));
    }

    [Fact]
    public void Packing_grants_nothing_that_reaches_out_and_nothing_that_the_author_left_out()
    {
        void Refused(string manifest, string body, string message) =>
            Assert.Contains(message, Assert.Throws<ModuleException>(() => Pack(manifest, Source(body), TextWriter.Null)).Message, StringComparison.Ordinal);
        Refused(Manifest, "return c->burst_ns + ml_time();", "the manifest does not grant helper time; name it in policy.helpers");
        Refused(Granting(""" "features": [ "burst_ns" ] """), "return c->waited_ns;", "the manifest does not grant feature waited_ns; name it in policy.features");
        Refused("{", "return 1;", "manifest.json is not JSON");
    }

    [Fact]
    public void Grants_of_what_is_not_there_are_refused()
    {
        byte[] policy = Policy("return 1;");
        Assert.Contains("sched.pick has no feature \"age\"; it has burst_ns, ", Assert.Throws<ModuleException>(() => Load(Granting(""" "features": [ "age" ] """), policy, null)).Message, StringComparison.Ordinal);
        Assert.Contains("there is no helper \"clock\"; helpers are map_lookup, ", Assert.Throws<ModuleException>(() => Load(Granting(""" "helpers": [ "clock" ] """), policy, null)).Message, StringComparison.Ordinal);
        string granting = ModuleFixture.Manifest.Replace("\"hook\"", """ "policy": { "helpers": [] }, "hook" """, StringComparison.Ordinal);
        Assert.Contains("the manifest grants to a \"policy\", and the module has no policy.bpf.o", Assert.Throws<ModuleException>(() => Load(granting, null, ModuleFixture.Model())).Message, StringComparison.Ordinal);
    }

    private static byte[] Policy(string body) => PolicyClang.CompileText(Source(body));

    private static string Source(string body) => $$"""
        #include <microlake.h>
        ML_MAP(own, ML_ARRAY, u32, u64, 1);
        ML_POLICY("sched.pick") s64 f(struct ml_sched_pick *c) { {{body}} }
        """;

    private static byte[] Pack(string manifest, string source, TextWriter output)
    {
        // Skips the test where there is no clang.
        byte[] policy = PolicyClang.CompileText(source);
        string folder = Directory.CreateTempSubdirectory("microlake-pack").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, ModulePart.Manifest), manifest);
            File.WriteAllBytes(Path.Combine(folder, ModulePart.Policy), policy);
            return ModulePackage.Pack(folder, null, output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Granting(string grants) =>
        grants.Length == 0 ? Manifest : Manifest.Replace("\"hook\"", $"\"policy\": {{ {grants} }}, \"hook\"", StringComparison.Ordinal);

    private static void Refused(string source, string message) =>
        Assert.Contains(message, Assert.Throws<ModuleException>(() => Load(Manifest, PolicyClang.CompileText("#include <microlake.h>\n" + source), null)).Message, StringComparison.Ordinal);

    private static ModuleDecision Load(string manifest, byte[]? policy, byte[]? model)
    {
        var parts = new Dictionary<string, byte[]> { [ModulePart.Manifest] = Encoding.UTF8.GetBytes(manifest) };
        if (policy is not null)
            parts[ModulePart.Policy] = policy;
        if (model is not null)
            parts[ModulePart.Model] = model;
        return ModuleDecision.Load(ModuleFile.Read(ModuleFixture.File(parts), []), PolicyEnvironment.ForChecking);
    }
}
