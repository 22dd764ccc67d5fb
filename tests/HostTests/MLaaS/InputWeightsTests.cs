using System.Text;
using MicroLake.HostTests.Nn;
using MicroLake.MLaaS.Models;
using MicroLake.MLaaS.Packages;
using Xunit;

namespace MicroLake.HostTests.MLaaS;

public sealed class InputWeightsTests
{
    private const string Manifest = """
        {
            "name": "line", "version": "1.0.0", "hook": "sched.pick",
            "inputs": [
                { "feature": "burst_ns", "unit": "ns", "least": 0, "most": 100, "scale": 0.5 },
                { "feature": "waited_ns", "unit": "ns", "least": 0, "most": 100 },
                { "feature": "priority", "unit": "level", "least": 1, "most": 31 }
            ],
            "output": { "unit": "ns", "least": -10000, "most": 10000, "scale": 10 }
        }
        """;

    [Fact]
    public void Of_a_linear_model_an_input_weighs_its_distance_from_the_middle()
    {
        var weights = new InputWeights(Load(new OnnxBuilder()));
        // 10 * (4 * 0.5 * (100 - 50)), 10 * (-7 * (60 - 50)), 10 * 0.
        Assert.Equal([("burst_ns", 1000f), ("waited_ns", -700f), ("priority", 0f)], weights.Of([100, 0, 0, 0, 60, 5, 0, 0]));
        Assert.Equal([("waited_ns", 3500f), ("burst_ns", -500f), ("priority", 0f)], weights.Of([25, 0, 0, 0, 0, 5, 0, 0]));
    }

    [Fact]
    public void A_model_that_knows_the_means_of_its_training_is_measured_by_them()
    {
        var weights = new InputWeights(Load(new OnnxBuilder().Metadata("microlake.means", "10,0,1")));
        Assert.Equal([("waited_ns", -700f), ("burst_ns", 400f), ("priority", 0f)], weights.Of([40, 0, 0, 0, 10, 5, 0, 0]));
    }

    private static DecisionModel Load(OnnxBuilder model)
    {
        byte[] file = model.Input("x", "N", 3).Output("y", "N", 1)
            .Weight("w", [3, 1], 4, -7, 0).Weight("b", [1], 1).Node("Gemm", "x w b", "y").ToArray();
        var parts = new Dictionary<string, byte[]> { [ModulePart.Manifest] = Encoding.UTF8.GetBytes(Manifest), [ModulePart.Model] = file };
        return DecisionModel.Load(ModuleFile.Read(ModuleFixture.File(parts), []));
    }
}
