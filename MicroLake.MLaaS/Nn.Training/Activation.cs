namespace MicroLake.Nn.Training;

/// <summary>What a dense layer does to its sums; each is an ONNX operator of the same name.</summary>
public enum Activation
{
    Identity,
    Relu,
    LeakyRelu,
    Sigmoid,
    Tanh,

    /// <summary>Shares of one: the last layer only, with <see cref="CrossEntropyLoss"/>.</summary>
    Softmax,
}
