using System.Text;
using MicroLake.MLaaS.Guardrails;
using MicroLake.MLaaS.Models;
using MicroLake.MLaaS.Packages;
using MicroLake.Nn.FixedPoint;
using Xunit;

namespace MicroLake.HostTests.MLaaS;

public sealed class GuardrailTests
{
    [Fact]
    public void Percents_become_counts_of_the_shortest_window()
    {
        GuardrailLimits limits = Limits("""
            { "property": "over_budget", "most": 5, "window": 200 }, { "property": "inputs_out_of_range", "most": 10, "window": 500 },
            { "property": "outputs_out_of_range", "most": 0 }, { "property": "starvation_ns", "most": 5e8 }
            """);
        Assert.Equal((200L, 10L, 20L, 0L, 500_000_000L), (limits.Window, limits.MostOverBudget, limits.MostInputsOutOfRange, limits.MostOutputsOutOfRange, limits.MostOutcome));
        Assert.Null(limits.MostWorse);
        Assert.Equal(0, limits.BaselineOf(1, 1_000_000));
    }

    [Fact]
    public void Budget_and_range_are_watched_where_the_manifest_is_silent()
    {
        GuardrailLimits limits = Limits("");
        Assert.Equal((1000L, 50L, 1000L, 10L, long.MaxValue), (limits.Window, limits.MostOverBudget, limits.MostInputsOutOfRange, limits.MostOutputsOutOfRange, limits.MostOutcome));
    }

    [Fact]
    public void A_short_window_of_another_guardrail_makes_no_trap_of_a_few_slow_decisions()
    {
        GuardrailLimits limits = Limits("""{ "property": "inputs_out_of_range", "most": 20, "window": 20 }""");
        Assert.Equal((20L, 10L, 4L, 0L), (limits.Window, limits.MostOverBudget, limits.MostInputsOutOfRange, limits.MostOutputsOutOfRange));
        Assert.Equal(1, Limits("""{ "property": "over_budget", "most": 5, "window": 20 }""").MostOverBudget);
    }

    [Fact]
    public void A_module_is_held_to_a_whole_window_of_the_heuristics_outcomes()
    {
        GuardrailLimits limits = Limits("""{ "property": "worse_than_heuristic", "most": 5, "window": 100 }""");
        Assert.Equal((0, 1001, 1), (limits.BaselineOf(1000, 99), limits.BaselineOf(1000.2, 100), limits.BaselineOf(0, 100)));
    }

    [Fact]
    public void The_program_of_a_decision_decides_as_the_model_does()
    {
        DecisionModel model = DecisionModel.Load(ModuleFile.Read(ModuleFixture.File(ModuleFixture.Parts()), []));
        DecisionProgram program = model.RequireProgram();
        Assert.Equal(0, program.State.Length % 64);
        var random = new Random(5);
        for (int i = 0; i < 500; i++)
        {
            long[] features = new long[8];
            features[0] = random.NextInt64(100_000_001);
            features[5] = random.Next(1, 33);
            float[] row = [model.Manifest.Inputs[0].Apply(features[0]), model.Manifest.Inputs[1].Apply(features[5])];
            long expected = model.Manifest.Output.Apply((float)model.Network!.Run(row)[0]);
            Assert.InRange(program.Run(features), expected - 50_000, expected + 50_000);
        }
    }

    private static GuardrailLimits Limits(string guardrails) => GuardrailLimits.Of(ModuleManifest.Read(Encoding.UTF8.GetBytes(
        $$"""{ "name": "a", "version": "1.0.0", "hook": "sched.pick", "output": { "unit": "ns", "least": 0, "most": 1 }, "guardrails": [ {{guardrails}} ] }""")));
}
