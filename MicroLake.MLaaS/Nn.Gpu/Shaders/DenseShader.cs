using MicroLake.Nn.Gpu.Networks;

namespace MicroLake.Nn.Gpu.Shaders;

/// <summary>
/// A part of a dense layer's outputs: blocks in the second direction have so many of them each, and an invocation goes once through its rows of
/// inputs, four at a time.
/// </summary>
internal sealed class DenseShader
{
    /// <summary>Outputs of a block.</summary>
    public const int BlockOutputs = 16;

    private const int ElementBytes = 16;

    private readonly DenseLayer _layer;
    private readonly int _outputs;
    private readonly int _inputStride;
    private readonly int _outputStride;

    /// <param name="layer">The layer.</param>
    /// <param name="outputs">Outputs of a block, no more than <see cref="BlockOutputs"/>.</param>
    /// <param name="inputStride">Numbers between two rows of inputs.</param>
    /// <param name="outputStride">Numbers between two rows of outputs.</param>
    public DenseShader(DenseLayer layer, int outputs, int inputStride, int outputStride)
    {
        _layer = layer;
        _outputs = outputs;
        _inputStride = inputStride;
        _outputStride = outputStride;
    }

    private int OutputGroups => (_outputs + 3) / 4;

    /// <summary>Elements of a block in the uniform buffer: biases, then the weights of each input.</summary>
    private int BlockElements => (_layer.Inputs + 1) * OutputGroups;

    /// <summary>Blocks whose weights are in one uniform buffer.</summary>
    public int BlocksIn(int uniformBytes) => uniformBytes / (BlockElements * ElementBytes);

    /// <summary>The weights of blocks, from an output on. Outputs that the layer does not have have weights of 0.</summary>
    public float[] Weights(int from, int blocks)
    {
        float[] packed = new float[blocks * BlockElements * 4];
        for (int b = 0; b < blocks; b++)
        {
            for (int o = 0; o < _outputs && from + b * _outputs + o < _layer.Outputs; o++)
            {
                int output = from + b * _outputs + o;
                int at = b * BlockElements * 4 + o;
                packed[at] = _layer.Bias[output];
                for (int i = 0; i < _layer.Inputs; i++)
                    packed[at + (i + 1) * OutputGroups * 4] = _layer.Weights[output * _layer.Inputs + i];
            }
        }

        return packed;
    }

    /// <param name="rows">Rows of an invocation.</param>
    /// <param name="blocks">The most blocks in the second direction of any launch.</param>
    public string Write(int rows, int blocks)
    {
        var code = new TgsiWriter();
        var row = new RowCode(code, rows);
        var activation = new ActivationCode(code);
        Register counter = code.Temporary(), weight = code.Temporary(), output = code.Temporary();
        Register[] x = code.Temporaries(rows), addresses = code.Temporaries(rows), y = code.Temporaries(rows * OutputGroups);
        Float64Sums? sums = _layer.WantsFloat64 ? new Float64Sums(code, rows, _outputs) : null;
        int lastWeight = blocks * BlockElements - 1;

        row.Begin();
        for (int r = 0; r < rows; r++)
            row.AddressOf(addresses[r].One(0), r, _inputStride * sizeof(float));
        // The place of the block's weights: x. What is left of the inputs: z. The place of their scaling: w.
        code.Do($"UMUL {counter.One(0)}", "SV[1].yyyy", code.Integer(BlockElements));
        code.Do($"MOV {counter.One(2)}", code.Integer(0));
        code.Do($"MOV {counter.One(3)}", code.Integer(0));
        code.PointTo(counter.All(0));
        for (int g = 0; g < OutputGroups; g++)
        {
            code.Do($"MOV {weight}", code.UniformAt(PassBuffers.Weights, g, lastWeight));
            for (int r = 0; r < rows; r++)
                code.Do($"MOV {y[r * OutputGroups + g]}", weight.ToString());
            sums?.Begin(weight, g);
        }

        int whole = _layer.Inputs / 4;
        if (whole > 0)
        {
            code.BeginLoop(counter.All(2), code.Integer(whole), weight);
            AddFour(4);
            for (int r = 0; r < rows; r++)
                code.Do($"UADD {addresses[r].One(0)}", addresses[r].All(0), code.Integer(4 * sizeof(float)));
            code.Do($"UADD {counter.One(0)}", counter.All(0), code.Integer(4 * OutputGroups));
            code.Do($"UADD {counter.One(2)}", counter.All(2), code.Integer(1));
            code.Do($"UADD {counter.One(3)}", counter.All(3), code.Integer(3));
            code.EndLoop();
        }

        if (_layer.Inputs % 4 > 0)
            AddFour(_layer.Inputs % 4);

        sums?.End(y, OutputGroups);
        for (int r = 0; r < rows; r++)
        {
            row.AddressOf(output.One(0), r, _outputStride * sizeof(float));
            code.Do($"UMAD {output.One(0)}", "SV[1].yyyy", code.Integer(_outputs * sizeof(float)), output.All(0));
            for (int g = 0; g < OutputGroups; g++)
            {
                activation.Apply(_layer, y[r * OutputGroups + g]);
                row.Store(y[r * OutputGroups + g], Math.Min(4, _outputs - g * 4), output.All(0), g * 4 * sizeof(float));
            }
        }

        row.End();
        return code.Finish();

        void AddFour(int inputs)
        {
            for (int r = 0; r < rows; r++)
                row.Load(x[r], inputs, addresses[r].All(0), 0);
            if (_layer.Scaling is not null)
            {
                int last = (_layer.Inputs + 3) / 4 * 3 - 1;
                code.PointTo(counter.All(3));
                for (int r = 0; r < rows; r++)
                    row.Scale(x[r], code.UniformAt(PassBuffers.Scaling, 0, last), code.UniformAt(PassBuffers.Scaling, 1, last), code.UniformAt(PassBuffers.Scaling, 2, last));
            }

            code.PointTo(counter.All(0));
            for (int i = 0; i < inputs; i++)
            {
                sums?.Take(x, i);
                for (int g = 0; g < OutputGroups; g++)
                {
                    code.Do($"MOV {weight}", code.UniformAt(PassBuffers.Weights, (i + 1) * OutputGroups + g, lastWeight));
                    if (sums is not null)
                    {
                        sums.Add(weight, g);
                        continue;
                    }

                    for (int r = 0; r < rows; r++)
                        code.Do($"MAD {y[r * OutputGroups + g]}", weight.ToString(), x[r].All(i), y[r * OutputGroups + g].ToString());
                }
            }
        }
    }
}
