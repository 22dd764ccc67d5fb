using System.Globalization;

namespace Cosmos.Debug.Kernel;

/// <summary>A named source of debug messages. They go to the kernel log, where <c>dmesg</c> shows them.</summary>
/// <param name="aRing">The layer that speaks, for example <c>User</c>.</param>
/// <param name="aSection">The part within the layer, for example <c>Kernel</c>.</param>
public class Debugger(string aRing, string aSection)
{
    /// <summary>A debugger of the user ring.</summary>
    public Debugger(string aSection) : this("User", aSection)
    {
    }

    public string Ring { get; } = aRing;

    public string Section { get; } = aSection;

    /// <summary>Logs one line.</summary>
    public void Send(string aText) => MicroLake.CosmosSupport.Machine.Log($"[{Ring}/{Section}] {aText}");

    /// <summary>Logs one line; here always, not only in kernels that were compiled for debugging.</summary>
    public void SendInternal(string aText) => Send(aText);

    public void SendMessage(string aModule, string aData) => Send($"{aModule}: {aData}");

    public void SendError(string aModule, string aData) => Send($"error: {aModule}: {aData}");

    public void SendMessageBox(string aText) => Send(aText);

    public void SendNumber(int aNumber) => Send(aNumber.ToString(CultureInfo.InvariantCulture));

    public void SendNumber(uint aNumber) => Send(aNumber.ToString(CultureInfo.InvariantCulture));

    public void SendNumber(long aNumber) => Send(aNumber.ToString(CultureInfo.InvariantCulture));

    public void SendNumber(ulong aNumber) => Send(aNumber.ToString(CultureInfo.InvariantCulture));

    public void SendNumber(float aNumber) => Send(aNumber.ToString(CultureInfo.InvariantCulture));

    public void SendNumber(double aNumber) => Send(aNumber.ToString(CultureInfo.InvariantCulture));

    /// <summary>Stops in an attached debugger; does nothing when there is none.</summary>
    public void Break()
    {
        if (global::System.Diagnostics.Debugger.IsAttached)
            global::System.Diagnostics.Debugger.Break();
    }
}
