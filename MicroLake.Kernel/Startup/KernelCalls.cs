using System.Runtime.InteropServices;
using MicroLake.Abi;

namespace MicroLake.Startup;

/// <summary>The kernel calls that an image makes while it starts and when it leaves.</summary>
internal static unsafe partial class KernelCalls
{
    [DllImport("*", EntryPoint = "mk_boot_command_line")]
    internal static extern byte* CommandLine(int* length);

    [DllImport("*", EntryPoint = "mk_boot_module")]
    internal static extern byte* Module(int index, ulong* length);

    [DllImport("*", EntryPoint = "mk_memory_information")]
    internal static extern void Memory(MemoryInformation* information);

    [DllImport("*", EntryPoint = "mk_log_write")]
    internal static extern void LogWrite(byte* bytes, int length);

    [DllImport("*", EntryPoint = "mk_log_leave_console")]
    internal static extern void LogLeaveConsole();

    [DllImport("*", EntryPoint = "mk_power_off")]
    internal static extern void PowerOff();

    [DllImport("*", EntryPoint = "mk_reboot")]
    internal static extern void Reboot();
}
