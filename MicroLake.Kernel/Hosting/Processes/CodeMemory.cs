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
    public static unsafe CodeMemory Create(ReadOnlySpan<byte> content, int offset)
    {
        ulong pages = ((ulong)content.Length + (ulong)offset + PageBytes - 1) / PageBytes;
        uint handle;
        KernelException.ThrowUnlessOk(ProcessKernelCall.CreateMemory(pages, &handle), "memory for the program cannot be had");
        var memory = new CodeMemory(handle, pages * PageBytes);
        ulong start;
        Status status = ProcessKernelCall.MapMemory(handle, 0, memory.Bytes, Protection.Read | Protection.Write, &start);
        if (status == Status.Ok)
        {
            // SAFETY: the mapping is as long as the object, which has room for offset and content.
            content.CopyTo(new Span<byte>((byte*)start + offset, content.Length));
            status = ProcessKernelCall.UnmapMemory(start);
        }

        if (status != Status.Ok)
            memory.Dispose();
        KernelException.ThrowUnlessOk(status, "memory for the program cannot be had");
        return memory;
    }
}
