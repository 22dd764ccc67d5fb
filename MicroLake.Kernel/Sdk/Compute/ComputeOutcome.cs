namespace MicroLake.Sdk;

/// <summary>What became of a call to a session of <see cref="IComputeSession"/>.</summary>
public enum ComputeOutcome
{
    Done,

    /// <summary>The outputs are there; the processor computed them.</summary>
    RanOnCpu,

    /// <summary>The outputs are there; the graphics processor computed them.</summary>
    RanOnGpu,

    /// <summary>Nothing is loaded yet, or no memory shared.</summary>
    NotReady,

    /// <summary>There is a model, or memory, already: a session takes one.</summary>
    AlreadyDone,

    /// <summary>The handle is not to memory that may be read and written, or the memory is shorter than was said.</summary>
    BadMemory,

    /// <summary>A number of bytes or rows that the service does not take.</summary>
    BadSize,

    /// <summary>The file is no model that the service runs.</summary>
    BadModel,

    /// <summary>The machine has no graphics processor that runs this model.</summary>
    NoGpu,

    /// <summary>The machine has not enough memory for the model.</summary>
    NoMemory,
}
