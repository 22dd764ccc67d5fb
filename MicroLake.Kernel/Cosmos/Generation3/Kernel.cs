namespace Cosmos.Kernel.System;

/// <summary>
/// The base class of a third-generation Cosmos kernel: <see cref="OnBoot"/>, <see cref="BeforeRun"/>, then <see cref="Run"/>
/// again and again until <see cref="Stop"/>, then <see cref="AfterRun"/>.
/// </summary>
public abstract class Kernel
{
    /// <summary>Set when <see cref="BeforeRun"/> has returned.</summary>
    protected bool mStarted;

    /// <summary>Set by <see cref="Stop"/>; the loop ends after the current <see cref="Run"/>.</summary>
    protected volatile bool mStopped;

    /// <summary>
    /// Runs the kernel's whole life on the calling thread. It returns when the kernel has stopped; an exception that the
    /// kernel does not handle leaves it, so that the machine ends in a panic with the exception's stack trace.
    /// </summary>
    public virtual void Start()
    {
        OnBoot();
        BeforeRun();
        mStarted = true;
        while (!mStopped)
            Run();
        AfterRun();
    }

    /// <summary>The first of the kernel's methods to run. Devices are up by then.</summary>
    protected virtual void OnBoot() => Global.Init();

    /// <summary>Runs once, before the loop.</summary>
    protected virtual void BeforeRun()
    {
    }

    /// <summary>One round of the kernel's loop.</summary>
    protected abstract void Run();

    /// <summary>Runs once, after the loop.</summary>
    protected virtual void AfterRun()
    {
    }

    /// <summary>Ends the loop after the current round.</summary>
    public void Stop() => mStopped = true;
}
