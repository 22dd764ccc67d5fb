namespace MicroLake.Sdk;

/// <summary>Where a batch is to run.</summary>
public enum ComputePlace
{
    /// <summary>Where it is expected to be done first.</summary>
    Auto,

    Cpu,

    /// <summary>On the graphics processor; what that fails at is done by the processor.</summary>
    Gpu,
}
