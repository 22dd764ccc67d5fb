namespace MicroLake.Nn.Gpu.Networks;

/// <summary>
/// What stands between a network's inputs, or an activation, and the next layer: (x + shift) * scale + offset. It is not made part of the weights,
/// because the sum would lose what subtracting a mean keeps.
/// </summary>
internal sealed class InputScaling
{
    private bool _isScaled;

    public InputScaling(int width)
    {
        Shift = new float[width];
        Scale = new float[width];
        Offset = new float[width];
        Array.Fill(Scale, 1);
    }

    public float[] Shift { get; }

    public float[] Scale { get; }

    public float[] Offset { get; }

    public void Add(ReadOnlySpan<float> row, float sign)
    {
        float[] target = _isScaled ? Offset : Shift;
        for (int i = 0; i < target.Length; i++)
            target[i] += sign * row[i];
    }

    public void Multiply(ReadOnlySpan<float> row, bool inverse)
    {
        _isScaled = true;
        for (int i = 0; i < Scale.Length; i++)
        {
            float factor = inverse ? 1 / row[i] : row[i];
            Scale[i] *= factor;
            Offset[i] *= factor;
        }
    }
}
