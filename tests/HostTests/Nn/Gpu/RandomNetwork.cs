using MicroLake.Nn;

namespace MicroLake.HostTests.Nn.Gpu;

/// <summary>Models of dense layers in all forms that exporters write, with any activation, scaling before and between layers, and an end that is no layer.</summary>
internal static class RandomNetwork
{
    private static readonly string[] s_activations = ["Relu", "LeakyRelu", "Sigmoid", "Tanh", ""];
    private static readonly string[] s_ends = ["", "", "Softmax"];

    public static OnnxModel Create(Random random, out int inputs)
    {
        int layers = random.Next(1, 5);
        int[] widths = new int[layers + 1];
        for (int i = 0; i < widths.Length; i++)
            widths[i] = random.Next(4) == 0 ? random.Next(1, 90) : random.Next(1, 20);
        inputs = widths[0];
        var builder = new OnnxBuilder().Input("v0", "N", inputs);
        string value = "v0";
        int count = 0;
        if (random.Next(2) == 0)
        {
            Add("Sub", Row(inputs, 100));
            Add("Div", Row(inputs, 3));
        }

        for (int i = 1; i < widths.Length; i++)
        {
            int from = widths[i - 1], to = widths[i];
            float scale = 1 / MathF.Sqrt(from);
            float[] weights = [.. OnnxBuilder.Numbers(random, from * to).Select(w => w * scale)];
            bool isTransposed = random.Next(2) == 0;
            string w = Weight([isTransposed ? to : from, isTransposed ? from : to], weights);
            if (random.Next(2) == 0)
            {
                builder.Node("", "Gemm", "", $"{value} {w} {Weight([to], OnnxBuilder.Numbers(random, to))}", Next(), OnnxBuilder.Attribute("transB", isTransposed ? 1L : 0L));
            }
            else
            {
                w = isTransposed ? Weight([from, to], weights) : w;
                builder.Node("", "MatMul", "", $"{value} {w}", Next());
                Add("Add", Weight([1, to], OnnxBuilder.Numbers(random, to)));
            }

            string activation = s_activations[random.Next(s_activations.Length)];
            if (activation.Length > 0)
                builder.Node("", activation, "", Last(), Next());
            if (random.Next(4) == 0)
                Add("Mul", Row(to, 2));
        }

        string end = s_ends[random.Next(s_ends.Length)];
        if (end.Length > 0)
            builder.Node("", end, "", Last(), Next());
        return builder.Output(value, "N", widths[^1]).Load();

        string Last() => value;

        string Next() => value = $"v{++count}";

        void Add(string op, string row) => builder.Node("", op, "", $"{Last()} {row}", Next());

        string Row(int width, float least) => Weight([width], [.. OnnxBuilder.Numbers(random, width).Select(v => least + v)]);

        string Weight(int[] shape, float[] values)
        {
            string name = $"w{++count}";
            builder.Weight(name, shape, values);
            return name;
        }
    }
}
