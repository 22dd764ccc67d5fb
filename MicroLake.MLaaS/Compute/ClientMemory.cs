using System.Buffers;
using MicroLake.Abi;
using MicroLake.Sdk;

namespace MicroLake.Compute;

/// <summary>Maps memory of a client, to read and to write. The kernel refuses a handle that is not to memory, lacks a right, or is to less than that.</summary>
/// <param name="handle">What the client sent.</param>
/// <param name="bytes">What the client says.</param>
/// <param name="memory">Mapped until it is disposed of.</param>
public delegate Status MapMemory(Handle handle, int bytes, out MemoryManager<byte>? memory);

/// <summary>Memory of clients, as the kernel maps it.</summary>
internal static class ClientMemory
{
    public static Status TryMap(Handle handle, int bytes, out MemoryManager<byte>? memory)
    {
        Status status = SharedMemory.TryMap(handle.Value, bytes, out SharedMemory? mapped);
        memory = mapped;
        return status;
    }
}
