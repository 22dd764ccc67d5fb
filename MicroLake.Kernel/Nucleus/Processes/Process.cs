using MicroLake.Nucleus.Scheduling;

namespace MicroLake.Nucleus.Processes;

/// <summary>
/// What threads belong to: an address space, and the objects that it may reach. The kernel's own threads belong to
/// <see cref="Kernel"/>, which has the kernel's address space and no limits.
/// </summary>
internal unsafe struct Process
{
    public const int NameBytes = 32;

    /// <summary>0 for the kernel.</summary>
    public uint Id;

    /// <summary>Threads that have not ended.</summary>
    public uint ThreadCount;

    public fixed byte Name[NameBytes];

    private static Process s_kernel;

    public static Process* Kernel
    {
        get
        {
            // Static data of the image does not move.
            fixed (Process* kernel = &s_kernel)
                return kernel;
        }
    }
}
