using MicroLake.Nn.Gpu.Networks;

namespace MicroLake.Nn.Gpu.Shaders;

/// <summary>
/// For each row the points of a uniform buffer that are nearest to it: their squared distances, the least first, then their numbers. The nearest so far
/// are in registers; each point is put in its place among them without a jump.
/// </summary>
internal static class NeighbourShader
{
    /// <param name="dimensions">Numbers of a point.</param>
    /// <param name="points">Points of the buffer, negated, each filled up to whole elements with zeros.</param>
    /// <param name="nearest">How many are found; a multiple of 4.</param>
    /// <param name="stride">Numbers between two rows of outputs.</param>
    /// <param name="rows">Rows of an invocation.</param>
    public static string Write(int dimensions, int points, int nearest, int stride, int rows)
    {
        var code = new TgsiWriter();
        var row = new RowCode(code, rows);
        int groups = (dimensions + 3) / 4;
        Register counter = code.Temporary(), point = code.Temporary(), sum = code.Temporary(), scratch = code.Temporary();
        Register[] x = code.Temporaries(rows * groups), distances = code.Temporaries(rows * nearest / 4), numbers = code.Temporaries(rows * nearest / 4);
        Register[] squares = code.Temporaries(rows);

        row.Begin();
        for (int r = 0; r < rows; r++)
        {
            row.AddressOf(counter.One(0), r, dimensions * sizeof(float));
            for (int g = 0; g < groups; g++)
            {
                code.Do($"MOV {x[r * groups + g]}", code.Number(0));
                row.Load(x[r * groups + g], Math.Min(4, dimensions - g * 4), counter.All(0), g * 4 * sizeof(float));
            }
        }

        foreach (Register register in distances)
            code.Do($"MOV {register}", code.Number(float.MaxValue));
        foreach (Register register in numbers)
            code.Do($"MOV {register}", code.Number(0));
        // The place of the point: x. Its number: y.
        code.Do($"MOV {counter.One(0)}", code.Integer(0));
        code.Do($"MOV {counter.One(1)}", code.Number(0));
        code.BeginLoop(counter.All(0), code.Integer(points * groups), scratch);
        code.PointTo(counter.All(0));
        for (int g = 0; g < groups; g++)
        {
            code.Do($"MOV {point}", code.UniformAt(PassBuffers.Weights, g, points * groups - 1));
            for (int r = 0; r < rows; r++)
            {
                code.Do($"ADD {scratch}", x[r * groups + g].ToString(), point.ToString());
                if (g == 0)
                    code.Do($"MUL {squares[r]}", scratch.ToString(), scratch.ToString());
                else
                    code.Do($"MAD {squares[r]}", scratch.ToString(), scratch.ToString(), squares[r].ToString());
            }
        }

        for (int r = 0; r < rows; r++)
        {
            code.Do($"ADD {sum.One(0)}", squares[r].All(0), squares[r].All(1));
            code.Do($"ADD {sum.One(1)}", squares[r].All(2), squares[r].All(3));
            code.Do($"ADD {sum.One(0)}", sum.All(0), sum.All(1));
            code.Do($"MOV {sum.One(1)}", counter.All(1));
            for (int k = 0; k < nearest; k++)
                Place(distances[(r * nearest + k) / 4], numbers[(r * nearest + k) / 4], k % 4);
        }

        code.Do($"UADD {counter.One(0)}", counter.All(0), code.Integer(groups));
        code.Do($"ADD {counter.One(1)}", counter.All(1), code.Number(1));
        code.EndLoop();

        for (int r = 0; r < rows; r++)
        {
            row.AddressOf(counter.One(0), r, stride * sizeof(float));
            for (int g = 0; g < nearest / 4; g++)
            {
                row.Store(distances[r * nearest / 4 + g], 4, counter.All(0), g * 4 * sizeof(float));
                row.Store(numbers[r * nearest / 4 + g], 4, counter.All(0), (nearest + g * 4) * sizeof(float));
            }
        }

        row.End();
        return code.Finish();

        // The nearer of the candidate and who has the place keeps it; the other is the candidate for the next. Who came first stays before its equals.
        void Place(Register distance, Register number, int component)
        {
            code.Do($"MUL {scratch.One(0)}", distance.All(component), code.Number(-1));
            code.Do($"ADD {scratch.One(0)}", sum.All(0), scratch.All(0));
            code.Do($"CMP {scratch.One(1)}", scratch.All(0), distance.All(component), sum.All(0));
            code.Do($"CMP {scratch.One(2)}", scratch.All(0), number.All(component), sum.All(1));
            code.Do($"CMP {distance.One(component)}", scratch.All(0), sum.All(0), distance.All(component));
            code.Do($"CMP {number.One(component)}", scratch.All(0), sum.All(1), number.All(component));
            code.Do($"MOV {sum.One(0)}", scratch.All(1));
            code.Do($"MOV {sum.One(1)}", scratch.All(2));
        }
    }
}
