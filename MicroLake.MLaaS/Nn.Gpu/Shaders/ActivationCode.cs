using MicroLake.Nn.Gpu.Networks;

namespace MicroLake.Nn.Gpu.Shaders;

/// <summary>Activations of all four components of registers, by the same approximations as the vector kernels of the CPU (<c>Kernels/VectorMath.cs</c>).</summary>
internal sealed class ActivationCode(TgsiWriter code)
{
    private readonly Register _a = code.Temporary();
    private readonly Register _b = code.Temporary();
    private readonly Register _c = code.Temporary();

    public void Apply(DenseLayer layer, Register x)
    {
        string name = x.ToString();
        switch (layer.Activation)
        {
            case Activation.Relu:
                code.Do($"MAX {name}", name, code.Number(0));
                break;
            case Activation.LeakyRelu:
                code.Do($"MUL {_a}", name, code.Number(layer.Slope));
                code.Do($"CMP {name}", name, _a.ToString(), name);
                break;
            case Activation.Sigmoid:
                code.Do($"MUL {_c}", name, code.Number(-1));
                Exponential();
                code.Do($"ADD {_c}", _c.ToString(), code.Number(1));
                Divide(code.Number(1), name);
                break;
            case Activation.Tanh:
                Tanh(name);
                break;
        }
    }

    /// <summary>(e^2x - 1) / (e^2x + 1), and near 0, where that cancels, the Taylor polynomial of degree 9.</summary>
    private void Tanh(string x)
    {
        code.Do($"MAX {_c}", x, code.Number(-10));
        code.Do($"MIN {_c}", _c.ToString(), code.Number(10));
        code.Do($"ADD {_c}", _c.ToString(), _c.ToString());
        Exponential();
        code.Do($"ADD {_a}", _c.ToString(), code.Number(-1));
        code.Do($"ADD {_c}", _c.ToString(), code.Number(1));
        Divide(_a.ToString(), _b.ToString());
        code.Do($"MUL {_a}", x, x);
        Polynomial(_c, _a, [62f / 2835, -17f / 315, 2f / 15, -1f / 3]);
        code.Do($"MUL {_c}", _c.ToString(), _a.ToString());
        code.Do($"MAD {_c}", _c.ToString(), x, x);
        code.Do($"ADD {_a}", _a.ToString(), code.Number(-0.0625f));
        code.Do($"CMP {x}", _a.ToString(), _c.ToString(), _b.ToString());
    }

    /// <summary>c = e^c: range reduction to |r| at most ln(2)/2 with ln 2 in two parts, then the Taylor polynomial of degree 7. Changes a and b.</summary>
    private void Exponential()
    {
        code.Do($"MAX {_c}", _c.ToString(), code.Number(-87));
        code.Do($"MIN {_c}", _c.ToString(), code.Number(88));
        code.Do($"MAD {_a}", _c.ToString(), code.Number(1.44269504f), code.Number(0.5f));
        code.Do($"FLR {_a}", _a.ToString());
        code.Do($"MAD {_c}", _a.ToString(), code.Number(-0.693359375f), _c.ToString());
        code.Do($"MAD {_c}", _a.ToString(), code.Number(2.12194440e-4f), _c.ToString());
        Polynomial(_b, _c, [1f / 5040, 1f / 720, 1f / 120, 1f / 24, 1f / 6, 0.5f, 1, 1]);
        // 2^n: the exponent's bits.
        code.Do($"F2I {_a}", _a.ToString());
        code.Do($"UADD {_a}", _a.ToString(), code.Integer(127));
        code.Do($"SHL {_a}", _a.ToString(), code.Integer(23));
        code.Do($"MUL {_c}", _b.ToString(), _a.ToString());
    }

    /// <summary>Horner's scheme, the coefficient of the highest power first.</summary>
    private void Polynomial(Register into, Register x, ReadOnlySpan<float> coefficients)
    {
        code.Do($"MOV {into}", code.Number(coefficients[0]));
        foreach (float coefficient in coefficients[1..])
            code.Do($"MAD {into}", into.ToString(), x.ToString(), code.Number(coefficient));
    }

    /// <summary>into = dividend / c.</summary>
    private void Divide(string dividend, string into)
    {
        // A reciprocal is of one component.
        for (int i = 0; i < 4; i++)
            code.Do($"RCP {_b.One(i)}", _c.All(i));
        code.Do($"MUL {into}", dividend, _b.ToString());
    }
}
