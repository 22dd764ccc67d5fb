using MicroLake.Services.Programs;

namespace MicroLake.Services.Supervision;

/// <summary>A process that is ready and waits for the one before it to end, and what the service is then.</summary>
internal sealed class Replacement(ServiceProcess process, ElfProgram program)
{
    private readonly TaskCompletionSource _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ServiceProcess Process => process;

    public ElfProgram Program => program;

    /// <summary>It serves now.</summary>
    public void Succeed() => _outcome.TrySetResult();

    /// <summary>It never will: the service was stopped.</summary>
    public void Fail() => _outcome.TrySetException(new ManifestException("the service was stopped meanwhile"));

    /// <summary>Waits for one or the other.</summary>
    /// <exception cref="ManifestException">It never will serve.</exception>
    public void Wait() => _outcome.Task.GetAwaiter().GetResult();
}
