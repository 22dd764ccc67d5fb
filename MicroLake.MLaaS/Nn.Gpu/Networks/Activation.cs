namespace MicroLake.Nn.Gpu.Networks;

/// <summary>What a dense layer ends with.</summary>
internal enum Activation
{
    None,
    Relu,
    LeakyRelu,
    Sigmoid,
    Tanh,
}
