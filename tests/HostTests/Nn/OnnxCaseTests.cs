using MicroLake.Nn;
using Xunit;

namespace MicroLake.HostTests.Nn;

/// <summary>Every case of the ONNX project whose model consists of operators that this library claims.</summary>
public sealed class OnnxCaseTests
{
    private static readonly string[] s_groups = ["node", "pytorch-converted", "pytorch-operator", "simple"];

    /// <summary>What is left out of the operators claimed, and why.</summary>
    private static readonly Dictionary<string, string> s_refused = new()
    {
        ["node/test_cast_FLOAT_to_STRING"] = "string",
        ["node/test_cast_STRING_to_FLOAT"] = "string",
        ["node/test_castlike_FLOAT_to_STRING_expanded"] = "string",
        ["node/test_castlike_STRING_to_FLOAT_expanded"] = "string",
        ["node/test_identity_opt"] = "not a tensor",
        ["node/test_identity_sequence"] = "not a tensor",
    };

    public static TheoryData<string, ComputeBackend> Cases()
    {
        var data = new TheoryData<string, ComputeBackend>();
        foreach (string name in ClaimedCases().Except(s_refused.Keys))
            foreach (ComputeBackend backend in Enum.GetValues<ComputeBackend>())
                data.Add(name, backend);
        // Without the package there is nothing to list; the case then fails and names it.
        if (data.Count == 0)
            data.Add("", ComputeBackend.Scalar);
        return data;
    }

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void The_ONNX_projects_case_gives_its_outputs(string name, ComputeBackend backend)
    {
        OnnxTestData.RequireInstalled();
        OnnxTestData.Run(OnnxTestData.Folder(name), backend);
    }

    [Fact]
    public void Every_operator_claimed_has_cases()
    {
        OnnxTestData.RequireInstalled();
        IEnumerable<string> covered = ClaimedCases().SelectMany(name => OnnxTestData.Describe(OnnxTestData.Folder(name)).Operators).Select(op => op.Name);
        Assert.Empty(OnnxModel.SupportedOperators.Except(covered));
    }

    [Fact]
    public void Cases_of_claimed_operators_that_are_left_out_are_refused_with_the_reason()
    {
        OnnxTestData.RequireInstalled();
        foreach ((string name, string reason) in s_refused)
        {
            var refusal = Assert.Throws<ModelFormatException>(() => OnnxModel.Load(File.ReadAllBytes(Path.Combine(OnnxTestData.Folder(name), "model.onnx"))));
            Assert.Contains(reason, refusal.Message);
        }
    }

    [Fact]
    public void Every_other_case_is_refused_with_the_operator_that_is_missing()
    {
        OnnxTestData.RequireInstalled();
        foreach (string group in s_groups)
        {
            foreach (string folder in OnnxTestData.Cases(group))
            {
                if (IsClaimed(folder))
                    continue;
                var refusal = Assert.ThrowsAny<ModelFormatException>(() => OnnxModel.Load(File.ReadAllBytes(Path.Combine(folder, "model.onnx"))));
                if (refusal is UnsupportedOperatorException missing)
                    Assert.DoesNotContain(missing.OperatorName, OnnxModel.SupportedOperators);
            }
        }
    }

    private static IEnumerable<string> ClaimedCases() =>
        s_groups.SelectMany(group => OnnxTestData.Cases(group).Where(IsClaimed).Select(folder => $"{group}/{Path.GetFileName(folder)}"));

    private static bool IsClaimed(string folder)
    {
        (long opset, var operators) = OnnxTestData.Describe(folder);
        return opset is >= 7 and <= 21 && operators.All(op => op.Domain.Length == 0 && OnnxModel.SupportedOperators.Contains(op.Name));
    }
}
