using System.Text;
using MicroLake.Abi;
using MicroLake.HostTests.Policies;
using MicroLake.MLaaS.Models;
using MicroLake.MLaaS.Packages;
using MicroLake.Policies;
using MicroLake.Policies.Helpers;
using MicroLake.Policies.Maps;
using Xunit;

namespace MicroLake.HostTests.MLaaS;

/// <summary>Why a policy decided what it did: its program run again with other inputs, which changes nothing.</summary>
public sealed unsafe class PolicyReasonsTests
{
    private const int Features = 16;

    /// <summary>Bursts of 10, 20, 30 and 40 while 7 threads are ready; priorities are all 16.</summary>
    private static readonly long[][] s_recorded = [Of(10), Of(20), Of(30), Of(40)];

    [Theory]
    [InlineData("return c->burst_ns > 25 ? 900 : 100 + c->waited_ns;", 10, 100, "900 if burst_ns were 30")]
    // The median is what it had, so the value that is farthest from it is tried.
    [InlineData("return c->burst_ns > 25 ? 900 : 100 + c->waited_ns;", 30, 900, "100 if burst_ns were 10")]
    // What changes it most comes first; of what never differed, none at all is tried.
    [InlineData("return c->ready * 50 + c->burst_ns - c->priority;", 10, 344, "-6 if ready were 0, 364 if burst_ns were 30, 360 if priority were 0")]
    [InlineData("return c->run_ns + 5;", 10, 5, "no input by itself")]
    public void Inputs_that_change_the_decision_are_named_with_what_it_would_have_been(string body, long burst, long decided, string text)
    {
        using ModuleDecision module = Load(body);
        using var reasons = new PolicyReasons(module, s_recorded);
        Assert.Equal(decided, reasons.Decide(Of(burst), 0, 0));
        Assert.Equal(text, reasons.TextOf(Of(burst), decided, 0, 0));
        Assert.InRange(reasons.MostDecisions, 32, long.MaxValue);
    }

    [Fact]
    public void Of_a_choice_the_rank_is_told()
    {
        using ModuleDecision module = Load("return 100 - c->age;", "mm.reclaim", "rank", "ml_mm_reclaim", features: "\"age\"");
        using var reasons = new PolicyReasons(module, [new long[HookAttachment.MaxFeatures], [60, .. new long[HookAttachment.MaxFeatures - 1]]]);
        Assert.Equal("ranked 100: 40 if age were 60", reasons.TextOf(new long[HookAttachment.MaxFeatures], 3, 0, 0));
    }

    [Fact]
    public void A_decision_that_its_own_state_takes_part_in_is_told_as_such()
    {
        using ModuleDecision module = Load("u64 *n = ml_map_lookup(&own, &(u32){0}); if (!n) return 0; ++*n; return *n * 100 + c->burst_ns;");
        Assert.True(Map(module, "own").TrySet(BitConverter.GetBytes(0), BitConverter.GetBytes(4L)));
        using var reasons = new PolicyReasons(module, s_recorded);
        Assert.Equal("530 if burst_ns were 30", reasons.TextOf(Of(10), 510, 0, 0));
        // It was decided with another state.
        Assert.Equal("depends on its own state, too: now 510; 530 if burst_ns were 30", reasons.TextOf(Of(10), 210, 0, 0));
        // Every run begins with the same state.
        Assert.Equal(510, reasons.Decide(Of(10), 0, 0));
    }

    [Fact]
    public void Time_chance_and_processor_are_those_of_the_record_or_the_same_each_time()
    {
        using ModuleDecision module = Load("return c->burst_ns > 25 ? ml_random() : ml_time() + ml_processor();", helpers: "time\", \"random\", \"processor");
        using var reasons = new PolicyReasons(module, s_recorded);
        Assert.Equal(1_000_003, reasons.Decide(Of(10), 1_000_000, 3));
        Assert.Equal(reasons.Decide(Of(30), 1, 0), reasons.Decide(Of(40), 2, 0));
        Assert.Matches("^depends on its own state and the time and chance, too: now 9; [0-9]+ if burst_ns were 30$", reasons.TextOf(Of(10), 5, 9, 0));
    }

    [Fact]
    public void Of_what_each_processor_has_its_own_the_recorded_ones_counts()
    {
        var four = new PolicyEnvironment(PolicyEnvironment.ForChecking.Helpers, 4, HostFunctions.CurrentProcessor);
        using ModuleDecision module = Load("u64 *n = ml_map_lookup(&each_cpu, &(u32){1}); return n ? (*n)++ * 100 + c->burst_ns : 0;", environment: four);
        var values = (long*)Map(module, "each_cpu").Header->Data;
        for (int processor = 0; processor < 4; processor++)
            values[processor * 2 + 1] = processor + 1;
        using var reasons = new PolicyReasons(module, s_recorded);
        for (uint processor = 0; processor < 4; processor++)
            Assert.Equal((processor + 1) * 100 + 10, reasons.Decide(Of(10), 0, processor));
        Assert.Equal("depends on its own state, too: now 310; 330 if burst_ns were 30", reasons.TextOf(Of(10), 110, 0, 2));
    }

    [Fact]
    public void Explaining_changes_no_map_and_writes_no_record()
    {
        using ModuleDecision module = Load("""
            u32 first = 0; u64 key = c->burst_ns, one = 1;
            u64 *n = ml_map_lookup(&own, &first), *each = ml_map_lookup(&each_cpu, &first), *seen = ml_map_lookup(&hash, &key);
            if (n) ++*n;
            if (each) ++*each;
            if (seen) ++*seen; else ml_map_update(&hash, &key, &one, ML_ANY);
            key = 5; ml_map_delete(&hash, &key);
            ml_ring_output(&ring, &key, sizeof(key), 0); ml_trace("x", 1, 0, 0);
            return ++calls + c->burst_ns;
            """, helpers: "map_lookup\", \"map_update\", \"map_delete\", \"ring_output\", \"trace");
        Assert.True(Map(module, "hash").TrySet(BitConverter.GetBytes(5L), BitConverter.GetBytes(55L)));
        string before = Contents(module);
        using var reasons = new PolicyReasons(module, s_recorded);
        for (int i = 0; i < 20; i++)
            Assert.Equal("31 if burst_ns were 30", reasons.TextOf(Of(10), 11, 0, 0));
        Assert.Equal(before, Contents(module));
        Assert.False(Map(module, "ring").TryRead(out _));
        // The program itself does change them: the test could fail.
        fixed (long* context = Of(10))
            Assert.Equal(11, Stateful(module)(context));
        Assert.NotEqual(before, Contents(module));
    }

    [Fact]
    public void A_model_that_is_asked_is_asked_again()
    {
        using ModuleDecision module = Load(ModuleFixture.Manifest.Replace("burst_ns", "guess", StringComparison.Ordinal).Replace("\"hook\"", """ "policy": { "features": [ "burst_ns", "priority" ] }, "hook" """, StringComparison.Ordinal), PolicyClang.CompileText("""
            #include <microlake.h>
            ML_POLICY("sched.pick") s64 f(struct ml_sched_pick *c)
            {
                s64 inputs[2] = {c->burst_ns, c->priority}, output;
                return ml_infer(0, inputs, sizeof(inputs), &output, sizeof(output)) ? -1 : output;
            }
            """), ModuleFixture.Model());
        using var reasons = new PolicyReasons(module, [Of(10), Of(1_000_000_000)]);
        long decided = reasons.Decide(Of(10), 0, 0);
        Assert.Equal(module.Model!.RequireProgram().Run([10, 16]), decided);
        // The greatest burst is above what the model was trained with.
        Assert.StartsWith("out of range if burst_ns were 1000000000", reasons.TextOf(Of(10), decided, 0, 0), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pick-burst")]
    [InlineData("pick-declared")]
    [InlineData("reclaim-frequency")]
    [InlineData("submit-shortest")]
    public void What_the_interpreter_decides_is_what_the_kernel_does(string sample)
    {
        using ModuleDecision module = ModuleDecision.Load(
            ModuleFile.Read(MicroLake.Tool.Modules.ModulePackage.Pack(PolicyClang.Sample(sample), null), []), PolicyEnvironment.ForChecking);
        using var reasons = new PolicyReasons(module, s_recorded);
        var decide = (delegate* unmanaged<void*, long>)module.Policy!.Compile();
        var random = new Random(4);
        long[] features = new long[HookAttachment.MaxFeatures];
        fixed (long* context = features)
        {
            for (int i = 0; i < 300; i++)
            {
                for (int j = 0; j < features.Length; j++)
                    features[j] = random.Next(4) == 0 ? random.Next(4) : random.NextInt64(1L << random.Next(1, 40));
                Assert.Equal(decide(context), reasons.Decide(features, 0, 0));
            }
        }
    }

    private static long[] Of(long burst)
    {
        long[] features = new long[Features];
        (features[0], features[5], features[6]) = (burst, 16, 7);
        return features;
    }

    private static delegate* unmanaged<void*, long> Stateful(ModuleDecision module) => (delegate* unmanaged<void*, long>)module.Policy!.Compile();

    private static PolicyMap Map(ModuleDecision module, string name) => module.Policy!.Maps.Single(map => map.Definition.Name == name);

    private static string Contents(ModuleDecision module) => string.Join('\n', module.Policy!.Maps.SelectMany(
        map => map.Entries().Select(entry => $"{map.Definition.Name} {Convert.ToHexString(entry.Key)} {Convert.ToHexString(entry.Value)}")));

    private static ModuleDecision Load(string body, string hook = "sched.pick", string unit = "ns", string context = "ml_sched_pick", string helpers = "map_lookup", PolicyEnvironment? environment = null,
        string features = "\"burst_ns\", \"waited_ns\", \"priority\", \"ready\", \"run_ns\"") => Load(
        $$"""
        { "name": "mine", "version": "1.0.0", "hook": "{{hook}}", "policy": { "features": [ {{features}} ], "helpers": [ "{{helpers}}" ] }, "output": { "unit": "{{unit}}", "least": 0, "most": 1000 } }
        """,
        PolicyClang.CompileText($$"""
            #include <microlake.h>
            ML_MAP(own, ML_ARRAY, u32, u64, 1);
            ML_MAP(each_cpu, ML_PER_CPU_ARRAY, u32, u64, 2);
            ML_MAP(hash, ML_HASH, u64, u64, 16);
            ML_RING_BUFFER(ring, 4096);
            u64 calls;
            ML_POLICY("{{hook}}") s64 f(struct {{context}} *c) { {{body}} }
            """), null, environment);

    private static ModuleDecision Load(string manifest, byte[] policy, byte[]? model, PolicyEnvironment? environment = null)
    {
        var parts = new Dictionary<string, byte[]> { [ModulePart.Manifest] = Encoding.UTF8.GetBytes(manifest), [ModulePart.Policy] = policy };
        if (model is not null)
            parts[ModulePart.Model] = model;
        return ModuleDecision.Load(ModuleFile.Read(ModuleFixture.File(parts), []), environment ?? PolicyEnvironment.ForChecking);
    }
}
