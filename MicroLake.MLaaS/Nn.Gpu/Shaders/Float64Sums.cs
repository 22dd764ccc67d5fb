namespace MicroLake.Nn.Gpu.Shaders;

/// <summary>Sums of a dense layer's outputs in float64. A number of it has the first two components of a register: each output of each row has one.</summary>
/// <param name="code">The shader.</param>
/// <param name="rows">Rows of an invocation.</param>
/// <param name="outputs">Outputs of a row.</param>
internal sealed class Float64Sums(TgsiWriter code, int rows, int outputs)
{
    private readonly Register _weight = code.Temporary();
    private readonly Register[] _inputs = code.Temporaries(rows);
    private readonly Register[] _sums = code.Temporaries(rows * outputs);

    /// <summary>Four outputs begin with their biases.</summary>
    public void Begin(Register biases, int group)
    {
        for (int o = group * 4; o < Math.Min(group * 4 + 4, outputs); o++)
            for (int r = 0; r < rows; r++)
                code.Do($"F2D {_sums[r * outputs + o]}.xy", biases.All(o % 4));
    }

    /// <summary>The input of each row that is multiplied next.</summary>
    public void Take(Register[] x, int component)
    {
        for (int r = 0; r < rows; r++)
            code.Do($"F2D {_inputs[r]}.xy", x[r].All(component));
    }

    /// <summary>Adds what it gives to four outputs.</summary>
    public void Add(Register weights, int group)
    {
        for (int o = group * 4; o < Math.Min(group * 4 + 4, outputs); o++)
        {
            code.Do($"F2D {_weight}.xy", weights.All(o % 4));
            for (int r = 0; r < rows; r++)
                code.Do($"DMAD {_sums[r * outputs + o]}.xy", $"{_weight}.xyxy", $"{_inputs[r]}.xyxy", $"{_sums[r * outputs + o]}.xyxy");
        }
    }

    /// <summary>Rounds the sums to float32.</summary>
    public void End(Register[] y, int groups)
    {
        for (int o = 0; o < outputs; o++)
            for (int r = 0; r < rows; r++)
                code.Do($"D2F {y[r * groups + o / 4].One(o % 4)}", $"{_sums[r * outputs + o]}.xyxy");
    }
}
