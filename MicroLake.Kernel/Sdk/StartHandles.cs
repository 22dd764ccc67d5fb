using System.Runtime.InteropServices;
using System.Text;

namespace MicroLake.Sdk;

/// <summary>The handles that this process was started with, by name. The kernel was started by nobody and has none.</summary>
public static unsafe class StartHandles
{
    /// <summary>The handle of that name; 0: there is none.</summary>
    public static uint Find(string name)
    {
        byte[] text = Encoding.UTF8.GetBytes(name);
        // SAFETY: the text is fixed for the length of the call, which reads no more than its length.
        fixed (byte* start = text)
            return FindStartHandle(start, text.Length);
    }

    [DllImport("*", EntryPoint = "mk_start_handle"), SuppressGCTransition]
    private static extern uint FindStartHandle(byte* name, int length);
}
