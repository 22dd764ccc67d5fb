using MicroLake.Abi;
using MicroLake.Sdk;

namespace MicroLake.Hosting.Processes;

/// <summary>Code or constants that processes map, filled once. Its frames go with this object and the last process that maps it.</summary>
public sealed class ProgramMemory : Handle
{
    private const ulong PageBytes = 4096;

    private ProgramMemory(uint handle, ulong bytes, Protection protection)
        : base(handle)
    {
        Bytes = bytes;
        Protection = protection;
    }

    /// <summary>Length, whole pages.</summary>
    public ulong Bytes { get; }

    /// <summary>What processes may do with it: reading, and perhaps running it.</summary>
    public Protection Protection { get; }

    /// <summary>Memory with this content, <paramref name="offset"/> bytes after its begin; zeros around it.</summary>
    /// <exception cref="KernelException">There is no memory for it.</exception>
    public static ProgramMemory Create(ReadOnlySpan<byte> content, int offset, Protection protection)
    {
        HandleRights rights = (protection & Protection.Execute) != 0 ? HandleRights.Read | HandleRights.Execute : HandleRights.Read;
        try
        {
            SharedMemory memory = SharedMemory.Create(offset + content.Length, out Handle handle, rights);
            using (memory as IDisposable)
                content.CopyTo(memory.GetSpan()[offset..]);
            return new ProgramMemory(handle.Detach(), ((ulong)(offset + content.Length) + PageBytes - 1) / PageBytes * PageBytes, protection);
        }
        catch (MessageException error)
        {
            KernelException.ThrowUnlessOk(error.Status, "memory for the program cannot be had");
            throw;
        }
    }
}
