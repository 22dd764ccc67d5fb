namespace MicroLake.Sdk;

/// <summary>The service did not do what a program asked of it.</summary>
/// <param name="outcome">What became of the call.</param>
/// <param name="reason">What the service says about it, or empty.</param>
public sealed class ComputeException(ComputeOutcome outcome, string reason) : Exception(reason.Length > 0 ? reason : Explain(outcome))
{
    public ComputeOutcome Outcome { get; } = outcome;

    private static string Explain(ComputeOutcome outcome) => outcome switch
    {
        ComputeOutcome.NotReady => "load a model and share memory first",
        ComputeOutcome.AlreadyDone => "the session has a model or memory already; open another",
        ComputeOutcome.BadMemory => "the memory cannot be read and written, or is shorter than was said",
        ComputeOutcome.BadSize => "so many bytes or rows are not taken",
        ComputeOutcome.BadModel => "the file is no model that the service runs",
        ComputeOutcome.NoGpu => "this machine has no GPU that runs the model",
        ComputeOutcome.NoMemory => "the machine has not enough memory for the model",
        _ => $"the service answered {outcome}, which is no answer to this",
    };
}
