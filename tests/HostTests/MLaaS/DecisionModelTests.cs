using System.Text;
using MicroLake.HostTests.Nn;
using MicroLake.MLaaS.Models;
using MicroLake.MLaaS.Packages;
using MicroLake.Nn.FixedPoint;
using MicroLake.Nucleus.Hooks;
using MicroLake.Policies;
using Xunit;

namespace MicroLake.HostTests.MLaaS;

public sealed class DecisionModelTests
{
    [Fact]
    public void A_sound_model_is_planned_and_its_golden_vectors_compared()
    {
        DecisionModel model = Load(golden: "burst,priority,y\n1,0,1.625\n0,1,1.375\n");
        Assert.Equal(2, model.GoldenRows);
        Assert.NotNull(model.Network);
        Assert.Equal(2, model.Network.Layers.Count);
        Assert.Empty(model.Warnings);
        Assert.InRange(model.RequireProgram().Error, 0, model.Manifest.Tolerance);
    }

    [Theory]
    [InlineData("1,0,1.7\n", "row 1: the model gives 1.625 where 1.7 is expected")]
    [InlineData("1,0\n", "2 columns")]
    [InlineData("a,b,c\n", "golden.csv")]
    [InlineData("1,0,NaN\n", "golden.csv")]
    public void Golden_vectors_that_do_not_match_are_refused(string golden, string message) => Refused(message, golden: golden);

    [Theory]
    [InlineData("sched.pick", "sched.pack", "there is no hook")]
    [InlineData("burst_ns", "age_ns", "has no feature \"age_ns\"")]
    [InlineData("\"unit\": \"level\"", "\"unit\": \"ns\"", "is in level")]
    [InlineData("\"output\": { \"unit\": \"ns\"", "\"output\": { \"unit\": \"pages\"", "not in pages")]
    [InlineData("\"most\": 32", "\"most\": 1", "one number of its whole range")]
    [InlineData("\"scale\": 0.1", "\"scale\": 0", "one number of its whole range")]
    public void A_manifest_that_does_not_fit_its_hook_is_refused(string text, string replacement, string message) =>
        Refused(message, manifest: ModuleFixture.Manifest.Replace(text, replacement, StringComparison.Ordinal));

    [Fact]
    public void Models_that_cannot_be_any_good_are_refused()
    {
        Refused("takes 3 numbers", Dense(3, 1, 1));
        Refused("gives 2 numbers", Dense(2, 2, 1));
        Refused("decides nothing", Dense(2, 1, 0));
        Refused("not finite", Dense(2, 1, float.PositiveInfinity));
        Refused("model.onnx", [1, 2, 3]);
        Refused("microlake.units", Dense(2, 1, 1, ("microlake.features", "burst_ns,priority"), ("microlake.units", "ns,years")));
    }

    [Fact]
    public void An_input_that_the_model_makes_nothing_of_is_a_warning()
    {
        byte[] model = new OnnxBuilder().Input("x", "N", 2).Output("y", "N", 1)
            .Weight("w", [2, 1], 1, 0).Node("MatMul", "x w", "y").ToArray();
        Assert.Contains("makes nothing of \"priority\"", Assert.Single(Load(model).Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Decisions_are_proven_to_be_in_range_or_not_to_be()
    {
        ProvenRange range = OutputProof.Prove(Load());
        Assert.InRange(range.Least, 1_000_000, 1_200_000);
        Assert.InRange(range.Most, 1_000_000, 100_000_000);
        Assert.Contains("float32", range.Ways);
        Assert.Contains("int16-wide", range.Ways);
        DecisionModel narrow = Load(manifest: ModuleFixture.Manifest.Replace("\"most\": 100000000, \"scale\"", "\"most\": 1000000, \"scale\"", StringComparison.Ordinal));
        Assert.Contains("is not within 0 to 1000000", Assert.Throws<ModuleException>(() => OutputProof.Prove(narrow)).Message, StringComparison.Ordinal);
        byte[] sigmoid = new OnnxBuilder().Input("x", "N", 2).Output("y", "N", 1)
            .Weight("w", [2, 1], 1, 1).Node("MatMul", "x w", "h").Node("Sigmoid", "h", "y").ToArray();
        Assert.Contains("dense layers", Assert.Throws<ModuleException>(() => OutputProof.Prove(Load(sigmoid))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_could_not_decide_in_the_kernel_is_no_module()
    {
        byte[] sigmoid = new OnnxBuilder().Input("x", "N", 2).Output("y", "N", 1)
            .Weight("w", [2, 1], 1, 1).Node("MatMul", "x w", "h").Node("Sigmoid", "h", "y").ToArray();
        NoModule(new(ModuleFixture.Parts()) { [ModulePart.Model] = sigmoid }, "only networks of dense layers with Relu decide in the kernel");
        // What is larger has no place at a hook.
        Assert.True(DecisionModel.MostStateBytes < (int)HookModules.MostStateBytes);
        NoModule(ModuleFixture.Parts(ModuleFixture.Manifest.Replace("\"guardrails\"", "\"tolerance\": 0, \"guardrails\"", StringComparison.Ordinal)), "greater than the tolerance of 0");

        static void NoModule(Dictionary<string, byte[]> parts, string message) => Assert.Contains(
            message, Assert.Throws<ModuleException>(() => ModuleDecision.Load(ModuleFile.Read(ModuleFixture.File(parts), []), PolicyEnvironment.ForChecking)).Message, StringComparison.Ordinal);
    }

    /// <summary>y = -x for x from 1/65 to 1: with 31 steps of numbers, the least x is rounded to 0, and so is the decision, which may not be above -10000.</summary>
    [Fact]
    public void A_network_that_is_in_range_as_float_and_out_of_it_in_whole_numbers_is_not_proven()
    {
        const string manifest = """
            {
                "name": "negated", "version": "1.0.0", "hook": "sched.pick", "description": "for tests", "tolerance": 0.05,
                "inputs": [ { "feature": "priority", "unit": "level", "least": 1, "most": 65, "scale": 0.0153846154 } ],
                "output": { "unit": "ns", "least": -2000000, "most": -10000, "scale": 1000000 }
            }
            """;
        byte[] negation = new OnnxBuilder().Input("x", "N", 1).Output("y", "N", 1).Weight("w", [1, 1], -1).Node("MatMul", "x w", "y").ToArray();
        DecisionModel model = Load(negation, manifest);
        long[] features = new long[model.Hook.Features.Count];
        features[model.Hook.IndexOf("priority")] = 1;
        Assert.Contains(model.Programs(), program => program.Run(features) > model.Manifest.Output.Most);
        Assert.Contains(
            "computed as int8 are proven to be from -1000000 to 0 ns, which is not within -2000000 to -10000",
            Assert.Throws<ModuleException>(() => OutputProof.Prove(model)).Message, StringComparison.Ordinal);
        // Where so coarse numbers are not allowed, all is in range.
        Assert.InRange(OutputProof.Prove(Load(negation, manifest.Replace("0.05", "0.003", StringComparison.Ordinal))).Most, -20_000, -10_000);
    }

    [Fact]
    public void What_is_proven_holds_anywhere_in_the_box()
    {
        DecisionModel model = Load();
        ProvenRange range = OutputProof.Prove(model);
        List<DecisionProgram> programs = model.Programs();
        Assert.NotEmpty(programs);
        var random = new Random(3);
        for (int i = 0; i < 2000; i++)
        {
            long[] features = new long[model.Hook.Features.Count];
            foreach (ModuleInput input in model.Manifest.Inputs)
                features[model.Hook.IndexOf(input.Feature)] = input.Least + (long)(random.NextDouble() * (input.Most - input.Least));
            float[] row = [.. model.Manifest.Inputs.Select(input => input.Apply(features[model.Hook.IndexOf(input.Feature)]))];
            Assert.InRange(model.Manifest.Output.Apply((float)model.Network!.Run(row)[0]), range.Least, range.Most);
            foreach (DecisionProgram program in programs)
                Assert.InRange(program.Run(features), range.Least, range.Most);
        }
    }

    [Fact]
    public void Changed_models_are_loaded_or_refused()
    {
        byte[] seed = ModuleFixture.Model();
        var random = new Random(13);
        int loaded = 0;
        for (int i = 0; i < 1_000; i++)
        {
            try
            {
                _ = Load(Mutation.Apply(seed, random));
                loaded++;
            }
            catch (ModuleException)
            {
            }
        }

        Assert.InRange(loaded, 1, 999);
    }

    private static byte[] Dense(int inputs, int outputs, float weight, params (string Key, string Value)[] metadata)
    {
        float[] weights = new float[inputs * outputs];
        Array.Fill(weights, weight);
        byte[] model = new OnnxBuilder().Input("x", "N", inputs).Output("y", "N", outputs)
            .Weight("w", [inputs, outputs], weights).Node("MatMul", "x w", "y").ToArray();
        return [.. model, .. metadata.SelectMany(m => new ProtoWriter().Message(14, new ProtoWriter().String(1, m.Key).String(2, m.Value)).ToArray())];
    }

    private static DecisionModel Load(byte[]? model = null, string? manifest = null, string? golden = null)
    {
        Dictionary<string, byte[]> parts = ModuleFixture.Parts(manifest ?? ModuleFixture.Manifest);
        if (model is not null)
            parts[ModulePart.Model] = model;
        if (golden is not null)
            parts[ModulePart.Golden] = Encoding.ASCII.GetBytes(golden);
        return DecisionModel.Load(ModuleFile.Read(ModuleFixture.File(parts), []));
    }

    private static void Refused(string message, byte[]? model = null, string? manifest = null, string? golden = null) =>
        Assert.Contains(message, Assert.Throws<ModuleException>(() => Load(model, manifest, golden)).Message, StringComparison.Ordinal);
}
