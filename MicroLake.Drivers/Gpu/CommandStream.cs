using System.Buffers.Binary;
using System.Text;
using MicroLake.Drivers.Virtio;

namespace MicroLake.Drivers.Gpu;

/// <summary>
/// A stream of virglrenderer's commands in memory that the device reads: what is written stays, and may be submitted again and again. A command is
/// a word with its number, the kind of object and the number of words that follow.
/// </summary>
public sealed class CommandStream
{
    private const uint ComputeStage = 5;
    private const uint ShaderObject = 4;
    private const uint AllBarriers = 0xfff;

    private const uint NothingCommand = 0;
    private const uint CreateObjectCommand = 1;
    private const uint SetUniformBufferCommand = 27;
    private const uint BindShaderCommand = 31;
    private const uint SetStorageBuffersCommand = 34;
    private const uint MemoryBarrierCommand = 36;
    private const uint LaunchGridCommand = 37;
    private const uint TransferCommand = 43;

    private readonly DmaMemory _memory;

    internal CommandStream(DmaMemory memory) => _memory = memory;

    /// <summary>Bytes that were written.</summary>
    public int Length { get; private set; }

    internal DmaMemory Memory => _memory;

    public void Clear() => Length = 0;

    /// <summary>Makes a compute shader.</summary>
    /// <param name="shader">The number that the context will know it by.</param>
    /// <param name="text">TGSI, in ASCII.</param>
    public void CreateShader(uint shader, string text)
    {
        int bytes = text.Length + 1;
        int words = (bytes + sizeof(uint) - 1) / sizeof(uint);
        Begin(CreateObjectCommand, ShaderObject, 5 + words);
        Add(shader);
        Add(ComputeStage);
        Add((uint)bytes);
        Add((uint)bytes + 64); // Room for its tokens: more than there are characters.
        Add(0);
        Span<byte> room = Room(words * sizeof(uint));
        room.Clear();
        _ = Encoding.ASCII.GetBytes(text, room);
    }

    /// <summary>The shader of the launches that follow.</summary>
    public void BindShader(uint shader)
    {
        Begin(BindShaderCommand, 0, 2);
        Add(shader);
        Add(ComputeStage);
    }

    /// <summary>What shaders see as <c>CONST[slot]</c>. The offset is a multiple of 16.</summary>
    public void BindUniforms(uint slot, uint resource, int offset, int bytes)
    {
        Begin(SetUniformBufferCommand, 0, 5);
        Add(ComputeStage);
        Add(slot);
        Add((uint)offset);
        Add((uint)bytes);
        Add(resource);
    }

    /// <summary>What shaders see as <c>BUFFER[slot]</c>. The offset is a multiple of 16.</summary>
    public void BindStorage(uint slot, uint resource, int offset, int bytes)
    {
        Begin(SetStorageBuffersCommand, 0, 5);
        Add(ComputeStage);
        Add(slot);
        Add((uint)offset);
        Add((uint)bytes);
        Add(resource);
    }

    /// <summary>Runs the shader that is bound.</summary>
    /// <param name="blockWidth">Invocations of a block, as the shader has them.</param>
    /// <param name="columns">Blocks in the first direction.</param>
    /// <param name="rows">Blocks in the second.</param>
    public void Launch(int blockWidth, int columns, int rows)
    {
        Begin(LaunchGridCommand, 0, 8);
        Add((uint)blockWidth);
        Add(1);
        Add(1);
        Add((uint)columns);
        Add((uint)rows);
        Add(1);
        Add(0);
        Add(0);
    }

    /// <summary>Does nothing (VIRGL_CCMD_NOP).</summary>
    public void Nothing() => Begin(NothingCommand, 0, 0);

    /// <summary>What was launched before has written its memory when what is launched later reads it.</summary>
    public void Barrier()
    {
        Begin(MemoryBarrierCommand, 0, 1);
        Add(AllBarriers);
    }

    /// <summary>Copies a range of the backing memory to the host's buffer.</summary>
    public void CopyToHost(uint resource, int offset, int bytes) => Transfer(resource, offset, bytes, 1);

    /// <summary>Copies a range of the host's buffer to the backing memory.</summary>
    public void CopyFromHost(uint resource, int offset, int bytes) => Transfer(resource, offset, bytes, 2);

    /// <summary>What the device is given.</summary>
    internal BufferSegment Publish()
    {
        _memory.Publish(0, Length);
        return BufferSegment.Of(_memory, 0, Length, deviceWrites: false);
    }

    private void Transfer(uint resource, int offset, int bytes, uint direction)
    {
        // Resource, level, usage, stride and stride of layers; the box; where it is in the backing memory; which way.
        Begin(TransferCommand, 0, 13);
        Add(resource);
        Room(4 * sizeof(uint)).Clear();
        Add((uint)offset);
        Add(0);
        Add(0);
        Add((uint)bytes);
        Add(1);
        Add(1);
        Add((uint)offset);
        Add(direction);
    }

    private void Begin(uint command, uint kind, int words) => Add(command | kind << 8 | (uint)words << 16);

    private void Add(uint word) => BinaryPrimitives.WriteUInt32LittleEndian(Room(sizeof(uint)), word);

    private Span<byte> Room(int bytes)
    {
        if (bytes > _memory.Length - Length)
            throw new InvalidOperationException($"a stream of commands is longer than the {_memory.Length} bytes that it has");
        Span<byte> room = _memory.Bytes.Slice(Length, bytes);
        Length += bytes;
        return room;
    }
}
