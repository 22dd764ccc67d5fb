using MicroLake.Nn;
using MicroLake.Nn.Csv;
using Xunit;

namespace MicroLake.HostTests.Nn;

/// <summary>Mutated files are refused by the typed error or work; nothing else is thrown. Seeds are fixed; MICROLAKE_SOAK=1 runs a
/// hundred times as many.</summary>
public sealed class FuzzTests
{
    private static readonly int s_count = Environment.GetEnvironmentVariable("MICROLAKE_SOAK") == "1" ? 1_000_000 : 10_000;

    // Small limits: what is beyond them is refused, so that each input is quick.
    private static readonly ModelLimits s_limits = new() { MaxParameterBytes = 1 << 18, MaxArenaBytes = 1 << 18, MaxFileBytes = 1 << 20, MaxNodes = 100, MaxTensors = 200 };

    [Fact]
    public void Mutated_models_are_refused_or_run()
    {
        byte[][] seeds = [.. Seeds()];
        int ran = 0;
        for (int i = 0; i < s_count; i++)
        {
            byte[] file = Mutation.Apply(seeds[i % seeds.Length], new Random(i));
            try
            {
                ran += LoadAndRun(file) ? 1 : 0;
            }
            catch (Exception e) when (e is ModelFormatException or InferenceException)
            {
                Assert.NotEmpty(e.Message);
            }
            catch (Exception e)
            {
                Assert.Fail($"input {i}: {e}");
            }
        }

        // If nearly all were refused, the kernels behind the checks would not have been reached.
        Assert.InRange(ran, s_count / 20, s_count);
    }

    [Fact]
    public void Mutated_tables_are_refused_or_read()
    {
        byte[][] seeds =
        [
            "a,b,label\n1,2.5,0\n-3e2,4,1\n"u8.ToArray(),
            "0.1,0.2\r\n\r\n# remark\r\n3,4\r\n"u8.ToArray(),
            "\"x, y\",\"z\"\n\"1\",\"2\"\n"u8.ToArray(),
            [0xEF, 0xBB, 0xBF, .. "1\n2\n3"u8],
        ];
        var limits = new CsvLimits { MaxLineBytes = 64, MaxColumns = 8, MaxValues = 64 };
        int read = 0;
        for (int i = 0; i < s_count; i++)
        {
            byte[] file = Mutation.Apply(seeds[i % seeds.Length], new Random(i));
            try
            {
                CsvTable table = CsvTable.Read(new MemoryStream(file), null, limits);
                Assert.Equal(table.Rows * table.Columns, table.Values.Length);
                Assert.All(table.Values, v => Assert.True(float.IsFinite(v)));
                read++;
                if (table.Columns > 1)
                    table.SplitLabels();
                else
                    CsvLabels.Read(new MemoryStream(file), limits);
            }
            catch (CsvFormatException e)
            {
                Assert.NotEmpty(e.Message);
                Assert.DoesNotContain(e.Message, char.IsControl);
            }
            catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
            {
                Assert.Fail($"input {i}: {e}");
            }
        }

        Assert.InRange(read, s_count / 20, s_count);
    }

    private static bool LoadAndRun(byte[] file)
    {
        OnnxModel model = OnnxModel.Load(file, s_limits);
        InferenceSession session = InferenceSession.Create(model, model.Inputs is [{ Dimensions: [{ IsOpen: true }, ..] }] ? 2 : null, new() { Backend = ComputeBackend.Vector128 });
        if (session.Inputs is not [{ ElementType: ElementType.Float32 } input] || session.Outputs is not [{ ElementType: ElementType.Float32 } output])
            return false;
        session.Run(new float[input.Shape.Count], new float[output.Shape.Count]);
        return true;
    }

    private static IEnumerable<byte[]> Seeds()
    {
        yield return OnnxBuilder.Perceptron("Relu", 1, 5, 7, 3).ToArray();
        yield return OnnxBuilder.Perceptron("Sigmoid", 2, 3, 4, 2).ToArray();
        yield return new OnnxBuilder().Input("x", "N", 2, 3).Output("y", "N", 12).Shape("s", 0, -1)
            .Node("Concat", "x x", "c", OnnxBuilder.Attribute("axis", 1L)).Node("Reshape", "c s", "r").Node("Softmax", "r", "y").ToArray();
        yield return new OnnxBuilder { Opset = 11 }.Input("x", 1, 4).Output("y", 1, 4)
            .Weight(OnnxBuilder.RawTensor("h", ElementType.Float16, [4], (Half)1, (Half)2, (Half)3, (Half)4))
            .Node("Cast", "h", "f", OnnxBuilder.Attribute("to", 1L)).Node("Mul", "x f", "m").Node("Flatten", "m", "l", OnnxBuilder.Attribute("axis", 1L))
            .Node("LeakyRelu", "l", "y", OnnxBuilder.Attribute("alpha", 0.1f)).ToArray();
        yield return new OnnxBuilder().Input("x", 3, 4).Output("y", 3, 1).Weight("w", [2, 4, 5], new float[40])
            .Node("MatMul", "x w", "m").Node("ArgMax", "m", "i", OnnxBuilder.Attribute("axis", -1L)).Node("Cast", "i", "y", OnnxBuilder.Attribute("to", 1L)).ToArray();
    }
}
