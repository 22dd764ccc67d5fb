using Cosmos.Debug.Kernel;
using Cosmos.System.ScanMaps;

namespace Cosmos.System;

/// <summary>
/// The base class of a second-generation Cosmos kernel: <see cref="OnBoot"/>, <see cref="BeforeRun"/>, then <see cref="Run"/>
/// again and again until <see cref="Stop"/>, then <see cref="AfterRun"/>.
/// </summary>
public abstract class Kernel
{
    /// <summary>Messages for the kernel log.</summary>
    public readonly Debugger mDebugger = new("User", "Kernel");

    /// <summary>Clear the terminal before <see cref="BeforeRun"/>. Nothing is sent when output is not a terminal.</summary>
    public bool ClearScreen = true;

    /// <summary>Set once <see cref="Start"/> has begun.</summary>
    protected bool mStarted;

    /// <summary>Set by <see cref="Stop"/>; the loop ends after the current <see cref="Run"/>.</summary>
    protected volatile bool mStopped;

    /// <summary>Always true: managed code runs with interrupts on.</summary>
    public static bool InterruptsEnabled => HAL.Global.InterruptsEnabled;

    /// <summary>
    /// Runs the kernel's whole life on the calling thread. An exception that leaves one of the kernel's methods ends it, and
    /// is printed and logged with its stack trace.
    /// </summary>
    public virtual void Start()
    {
        try
        {
            if (mStarted)
                throw new InvalidOperationException("This kernel has been started already; a kernel starts once.");
            mStarted = true;
            Global.Debugger.Send("kernel starts");
            OnBoot();
            if (ClearScreen && !Console.IsOutputRedirected)
                Console.Clear();
            BeforeRun();
            while (!mStopped)
                Run();
            AfterRun();
            Global.Debugger.Send("kernel ends");
        }
        catch (Exception e)
        {
            mDebugger.Send($"kernel exception: {e}");
            Console.WriteLine("The kernel ended by an exception that it did not handle:");
            Console.WriteLine(e);
        }
    }

    /// <summary>The first of the kernel's methods to run. Devices are up by then; overriding it without calling the base is allowed.</summary>
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

    /// <summary>Ends the loop after the current round. The machine powers off when <see cref="AfterRun"/> returns.</summary>
    public void Stop() => mStopped = true;

    /// <summary>Resets the machine.</summary>
    public void Restart() => Power.Reboot();

    /// <summary>The layout that was set last; the terminal does the decoding (see <see cref="ScanMapBase"/>).</summary>
    protected ScanMapBase GetKeyboardScanMap() => KeyboardManager.GetKeyLayout();

    protected void SetKeyboardScanMap(ScanMapBase ScanMap) => KeyboardManager.SetKeyLayout(ScanMap);

    /// <summary>One line for the kernel log.</summary>
    public static void PrintDebug(string message) => Global.Debugger.Send(message);
}
