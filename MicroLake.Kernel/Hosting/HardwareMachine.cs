using System.Text;
using MicroLake.Abi;
using MicroLake.CosmosSupport;

namespace MicroLake.Hosting;

/// <summary>The machine behind the Cosmos classes, over kernel calls.</summary>
public sealed unsafe class HardwareMachine : IMachine
{
    private const ulong PageBytes = 4096;

    public ulong MemoryBytes
    {
        get
        {
            MemoryInformation information;
            KernelCall.MemoryInformation(&information);
            return information.TotalPages * PageBytes;
        }
    }

    public void Log(string line)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line + "\n");
        fixed (byte* text = bytes)
            KernelCall.LogWrite(text, bytes.Length);
    }

    public void PowerOff() => KernelCall.PowerOff();

    public void Reboot() => KernelCall.Reboot();

    public void Tone(int frequencyHz, TimeSpan duration)
    {
        KernelCall.Speaker((uint)frequencyHz);
        Thread.Sleep(duration);
        KernelCall.Speaker(0);
    }
}
