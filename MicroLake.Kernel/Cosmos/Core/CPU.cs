using System.Runtime.Intrinsics.X86;
using System.Text;
using MicroLake.CosmosSupport;

namespace Cosmos.Core;

/// <summary>The processor, as console kernels ask for it. Interrupts and page tables belong to the nucleus and are not here.</summary>
public class CPU
{
    /// <summary>Usable memory in MiB, rounded down.</summary>
    public static uint GetAmountOfRAM() => (uint)(Machine.Current.MemoryBytes >> 20);

    /// <summary>The 12-character vendor string, for example <c>GenuineIntel</c> (CPUID leaf 0: EBX, EDX, ECX).</summary>
    public static string GetCPUVendorName()
    {
        (int _, int ebx, int ecx, int edx) = CpuId(0);
        Span<byte> text = stackalloc byte[12];
        BitConverter.TryWriteBytes(text, ebx);
        BitConverter.TryWriteBytes(text[4..], edx);
        BitConverter.TryWriteBytes(text[8..], ecx);
        return Encoding.ASCII.GetString(text);
    }

    /// <summary>The marketing name of the processor (CPUID leaves 0x80000002 to 0x80000004).</summary>
    /// <exception cref="NotSupportedException">The processor has no brand string.</exception>
    public static string GetCPUBrandString()
    {
        const int FirstLeaf = unchecked((int)0x80000002);
        const int LastLeaf = unchecked((int)0x80000004);
        if ((uint)CpuId(unchecked((int)0x80000000)).Eax < unchecked((uint)LastLeaf))
            throw new NotSupportedException("This processor has no brand string.");
        Span<byte> text = stackalloc byte[48];
        for (int leaf = 0; leaf <= LastLeaf - FirstLeaf; leaf++)
        {
            (int eax, int ebx, int ecx, int edx) = CpuId(FirstLeaf + leaf);
            Span<byte> part = text[(leaf * 16)..];
            BitConverter.TryWriteBytes(part, eax);
            BitConverter.TryWriteBytes(part[4..], ebx);
            BitConverter.TryWriteBytes(part[8..], ecx);
            BitConverter.TryWriteBytes(part[12..], edx);
        }
        int end = text.IndexOf((byte)0);
        return Encoding.ASCII.GetString(end < 0 ? text : text[..end]).Trim();
    }

    /// <summary>Time since the machine started, in 100 ns ticks of a monotonic clock.</summary>
    public static ulong GetCPUUptime() => (ulong)Environment.TickCount64 * TimeSpan.TicksPerMillisecond;

    private static (int Eax, int Ebx, int Ecx, int Edx) CpuId(int leaf) => X86Base.IsSupported
        ? X86Base.CpuId(leaf, 0)
        : throw new NotSupportedException("CPUID exists on x86 processors only.");
}
