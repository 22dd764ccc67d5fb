using System.Text;
using MicroLake.Abi;
using MicroLake.CosmosSupport;

namespace MicroLake.Startup;

/// <summary>The machine of the Cosmos classes, over kernel calls.</summary>
internal sealed unsafe class KernelMachine : IMachine
{
    private const ulong PageSize = 4096;

    public ulong MemoryBytes
    {
        get
        {
            MemoryInformation information;
            KernelCalls.Memory(&information);
            return information.TotalPages * PageSize;
        }
    }

    public void Log(string line)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line + '\n');
        // SAFETY: the array is fixed for the length of the call, which reads no more than its length.
        fixed (byte* start = bytes)
            KernelCalls.LogWrite(start, bytes.Length);
    }

    public void PowerOff() => KernelCalls.PowerOff();

    public void Reboot() => KernelCalls.Reboot();

    public void Tone(int frequencyHz, TimeSpan duration) =>
        throw new NotSupportedException("The kernel has no driver for the PC speaker yet.");
}
