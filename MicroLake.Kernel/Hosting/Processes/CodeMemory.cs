using MicroLake.Abi;
using MicroLake.Sdk;

namespace MicroLake.Hosting.Processes;

/// <summary>Code that processes map and run, filled once. Its frames go with this object and the last process that maps it.</summary>
public sealed class CodeMemory : Handle
{
    private const ulong PageBytes = 4096;

    private CodeMemory(uint handle, ulong bytes)
        : base(handle) => Bytes = bytes;

    /// <summary>Length, whole pages.</summary>
    public ulong Bytes { get; }

    /// <summary>Memory with this content, <paramref name="offset"/> bytes after its begin; zeros around it.</summary>
    /// <exception cref="KernelException">There is no memory for it.</exception>
    public static CodeMemory Create(ReadOnlySpan<byte> content, int offset)
    {
        try
        {
            SharedMemory memory = SharedMemory.Create(offset + content.Length, out Handle handle, HandleRights.Read | HandleRights.Execute);
            using (memory as IDisposable)
                content.CopyTo(memory.GetSpan()[offset..]);
            return new CodeMemory(handle.Detach(), ((ulong)(offset + content.Length) + PageBytes - 1) / PageBytes * PageBytes);
        }
        catch (MessageException error)
        {
            KernelException.ThrowUnlessOk(error.Status, "memory for the program cannot be had");
            throw;
        }
    }
}
