using MicroLake.Nn.Gpu.Networks;

namespace MicroLake.Nn.Gpu.Shaders;

/// <summary>
/// Two dense layers as one: a loop over the units between them, four at a time, which are added to the outputs as they come and are never
/// stored. Inputs stay in registers.
/// </summary>
internal static class PairShader
{
    /// <summary>More inputs are more registers than are good for the loop.</summary>
    private const int MostInputs = 64;

    private const int MostOutputs = 16;
    private const int ElementBytes = 16;

    public static bool Fits(DenseLayer first, DenseLayer second, int uniformBytes) =>
        second.Scaling is null && !first.WantsFloat64 && !second.WantsFloat64 && first.Inputs <= MostInputs && second.Outputs <= MostOutputs
        && WeightCount(first) * ElementBytes <= uniformBytes && SecondWeightCount(first, second) * ElementBytes <= uniformBytes;

    /// <summary>For each four units: their biases, then the weights of each input.</summary>
    public static float[] Weights(DenseLayer first)
    {
        float[] packed = new float[WeightCount(first) * 4];
        int stride = (first.Inputs + 1) * 4;
        for (int unit = 0; unit < first.Outputs; unit++)
        {
            int at = unit / 4 * stride + unit % 4;
            packed[at] = first.Bias[unit];
            for (int i = 0; i < first.Inputs; i++)
                packed[at + (i + 1) * 4] = first.Weights[unit * first.Inputs + i];
        }

        return packed;
    }

    /// <summary>The biases of the outputs, then for each unit its weights.</summary>
    public static float[] SecondWeights(DenseLayer first, DenseLayer second)
    {
        int groups = Groups(second.Outputs);
        float[] packed = new float[SecondWeightCount(first, second) * 4];
        for (int o = 0; o < second.Outputs; o++)
        {
            packed[o] = second.Bias[o];
            for (int unit = 0; unit < first.Outputs; unit++)
                packed[(unit + 1) * groups * 4 + o] = second.Weights[o * second.Inputs + unit];
        }

        return packed;
    }

    /// <param name="first">The first layer.</param>
    /// <param name="second">The second.</param>
    /// <param name="rows">Rows of an invocation.</param>
    public static string Write(DenseLayer first, DenseLayer second, int rows)
    {
        var code = new TgsiWriter();
        var row = new RowCode(code, rows);
        var activation = new ActivationCode(code);
        int inputGroups = Groups(first.Inputs), outputGroups = Groups(second.Outputs), unitGroups = Groups(first.Outputs);
        Register counter = code.Temporary(), weight = code.Temporary();
        Register[] x = code.Temporaries(rows * inputGroups), units = code.Temporaries(rows), y = code.Temporaries(rows * outputGroups);

        row.Begin();
        for (int r = 0; r < rows; r++)
        {
            row.AddressOf(counter.One(0), r, first.Inputs * sizeof(float));
            for (int g = 0; g < inputGroups; g++)
            {
                row.Load(x[r * inputGroups + g], Math.Min(4, first.Inputs - g * 4), counter.All(0), g * 4 * sizeof(float));
                if (first.Scaling is not null)
                    row.Scale(x[r * inputGroups + g], Scaling(g * 3), Scaling(g * 3 + 1), Scaling(g * 3 + 2));
            }

            for (int g = 0; g < outputGroups; g++)
                code.Do($"MOV {y[r * outputGroups + g]}", code.Uniform(PassBuffers.SecondWeights, g));
        }

        // The counter has the place of four units in the first weights, and in the second.
        code.Do($"MOV {counter.One(0)}", code.Integer(0));
        code.Do($"MOV {counter.One(1)}", code.Integer(outputGroups));
        code.BeginLoop(counter.All(0), code.Integer(WeightCount(first)), weight);
        code.PointTo(counter.All(0));
        code.Do($"MOV {weight}", First(0));
        for (int r = 0; r < rows; r++)
            code.Do($"MOV {units[r]}", weight.ToString());
        for (int i = 0; i < first.Inputs; i++)
        {
            code.Do($"MOV {weight}", First(i + 1));
            for (int r = 0; r < rows; r++)
                code.Do($"MAD {units[r]}", weight.ToString(), x[r * inputGroups + i / 4].All(i % 4), units[r].ToString());
        }

        for (int r = 0; r < rows; r++)
            activation.Apply(first, units[r]);
        code.PointTo(counter.All(1));
        for (int unit = 0; unit < 4; unit++)
        {
            for (int g = 0; g < outputGroups; g++)
            {
                code.Do($"MOV {weight}", code.UniformAt(PassBuffers.SecondWeights, unit * outputGroups + g, SecondWeightCount(first, second) - 1));
                for (int r = 0; r < rows; r++)
                    code.Do($"MAD {y[r * outputGroups + g]}", weight.ToString(), units[r].All(unit), y[r * outputGroups + g].ToString());
            }
        }

        code.Do($"UADD {counter.One(0)}", counter.All(0), code.Integer(first.Inputs + 1));
        code.Do($"UADD {counter.One(1)}", counter.All(1), code.Integer(4 * outputGroups));
        code.EndLoop();

        for (int r = 0; r < rows; r++)
        {
            row.AddressOf(counter.One(0), r, second.Outputs * sizeof(float));
            for (int g = 0; g < outputGroups; g++)
            {
                activation.Apply(second, y[r * outputGroups + g]);
                row.Store(y[r * outputGroups + g], Math.Min(4, second.Outputs - g * 4), counter.All(0), g * 4 * sizeof(float));
            }
        }

        row.End();
        return code.Finish();

        string Scaling(int index) => code.Uniform(PassBuffers.Scaling, index);
        string First(int offset) => code.UniformAt(PassBuffers.Weights, offset, unitGroups * (first.Inputs + 1) - 1);
    }

    private static int Groups(int count) => (count + 3) / 4;

    private static int WeightCount(DenseLayer first) => Groups(first.Outputs) * (first.Inputs + 1);

    /// <summary>Units that fill up the last four have weights of 0.</summary>
    private static int SecondWeightCount(DenseLayer first, DenseLayer second) => (Groups(first.Outputs) * 4 + 1) * Groups(second.Outputs);
}
