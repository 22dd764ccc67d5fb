namespace MicroLake.Nn.Onnx.Wire;

/// <summary>Bounds how many objects a file may make the reader allocate: an empty message is two bytes in the file and far more in memory.</summary>
internal sealed class ParseBudget(ModelLimits limits)
{
    private long _messages = 16L * limits.MaxNodes + 16L * limits.MaxTensors;

    public void TakeMessage()
    {
        if (--_messages < 0)
            throw new ModelLimitException($"The file holds more parts than a model of {limits.MaxNodes} nodes and {limits.MaxTensors} tensors can have. Raise the limits if the model is really that large.");
    }
}
