namespace MicroLake.Nn.Gpu.Shaders;

/// <summary>The slots of storage and uniform buffers that every shader of a network has.</summary>
internal static class PassBuffers
{
    /// <summary>Rows of inputs.</summary>
    public const int Input = 0;

    /// <summary>Rows of outputs.</summary>
    public const int Output = 1;

    /// <summary>A word for each block, which gets the number of the run.</summary>
    public const int Marks = 2;

    /// <summary>The number of the run.</summary>
    public const int Run = 3;

    /// <summary>Weights and biases of the pass's first layer.</summary>
    public const int Weights = 1;

    /// <summary>Weights and biases of its second layer.</summary>
    public const int SecondWeights = 2;

    /// <summary>Scaling of its inputs.</summary>
    public const int Scaling = 3;
}
