using MicroLake.Nn;
using MicroLake.Nn.Csv;
using Xunit;

namespace MicroLake.HostTests.Nn;

/// <summary>Real models on real rows, where the folder with them lies beside the checkout.</summary>
public sealed class ResearchDataTests
{
    public static TheoryData<ComputeBackend?> Backends() => new(Enum.GetValues<ComputeBackend>().Cast<ComputeBackend?>().Append(null));

    [Theory]
    [MemberData(nameof(Backends))]
    public void Readahead_rows_are_classified_as_published(ComputeBackend? backend)
    {
        string folder = Folder("kml-readahead");
        (CsvTable features, int[] labels) = ReadRows(folder).SplitLabels();
        float[] outputs = Run(folder, features, 64, backend);
        int right = labels.Where((label, row) => Prediction.ClassOf(outputs.AsSpan(row * 4, 4), false) == label).Count();
        Assert.Equal((390, 422), (right, labels.Length));
        AssertClose(folder, outputs);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Balancing_outputs_are_those_computed_in_float64(ComputeBackend? backend)
    {
        string folder = Folder("mllb-balance");
        AssertClose(folder, Run(folder, ReadRows(folder), 7, backend));
    }

    private static float[] Run(string folder, CsvTable rows, int batch, ComputeBackend? backend)
    {
        OnnxModel model = OnnxModel.Load(File.ReadAllBytes(Path.Combine(folder, "model.onnx")));
        var runner = new RowRunner(model, batch, new() { Backend = backend });
        float[] outputs = new float[rows.Rows * runner.OutputColumns];
        runner.Run(rows.Values, outputs);
        return outputs;
    }

    private static CsvTable ReadRows(string folder)
    {
        using FileStream file = File.OpenRead(Path.Combine(folder, "rows.csv"));
        return CsvTable.Read(file);
    }

    private static void AssertClose(string folder, float[] outputs)
    {
        using FileStream file = File.OpenRead(Path.Combine(folder, "expected.csv"));
        float[] expected = CsvTable.Read(file).Values;
        Assert.Equal(expected.Length, outputs.Length);
        // Relative above 1: the published outputs come from weights in float64, and even exact arithmetic on the float32 weights of
        // the file differs from them by up to 1.7e-4 in outputs of about 17.
        for (int i = 0; i < expected.Length; i++)
            Assert.InRange((outputs[i] - expected[i]) / MathF.Max(1, MathF.Abs(expected[i])), -1e-4f, 1e-4f);
    }

    private static string Folder(string name)
    {
        for (DirectoryInfo? d = new(AppContext.BaseDirectory); d is not null; d = d.Parent)
        {
            string folder = Path.Combine(d.FullName, "shared", "data", name);
            if (Directory.Exists(folder))
                return folder;
        }

        Assert.Skip($"the research data shared/data/{name} is not beside this checkout");
        throw new InvalidOperationException();
    }
}
