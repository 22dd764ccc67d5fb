using System.Buffers.Binary;
using System.Text;
using MicroLake.Drivers.Virtio;

namespace MicroLake.HostTests.Drivers.Fakes;

/// <summary>
/// A graphics processor of VIRTIO 1.2, 5.7, with virglrenderer behind it as far as computing goes: resources with backing memory, contexts that die
/// of a command that they do not understand, and say nothing of it.
/// </summary>
internal sealed class FakeGpu : FakeVirtio
{
    public const ulong Virgl = 1, EdidFeature = 2;
    public const int Side = 64;
    private const int CapsetBytes = 1376;
    private const uint Ok = 0x1100, BadResource = 0x1203, BadContext = 0x1204, BadParameter = 0x1205;

    private readonly Dictionary<uint, FakeGpuResource> _resources = [];
    private readonly Dictionary<uint, FakeGpuContext> _contexts = [];

    public FakeGpu(ulong features = Virgl)
        : base(VirtioType.Gpu, features, 2, 3)
    {
        Device[8] = 1;
        Device[12] = 2;
        Serve = (_, request, writable) => Do(request, writable);
    }

    /// <summary>What the display says of itself, where the feature is offered.</summary>
    public byte[] Monitor { get; init; } = [];

    /// <summary>What the display shows.</summary>
    public byte[]? Screen { get; private set; }

    /// <summary>Whether commands are left without an answer.</summary>
    public bool Hangs { get; set; }

    /// <summary>Commands of each type that came.</summary>
    public Dictionary<uint, int> Commands { get; } = [];

    /// <summary>Streams that came, in words.</summary>
    public List<uint[]> Streams { get; } = [];

    /// <summary>What is refused with "no memory": resources of more bytes.</summary>
    public long MostBytes { get; set; } = long.MaxValue;

    /// <summary>The largest uniform buffer that it says it has.</summary>
    public uint UniformBytes { get; init; } = 65536;

    public int ResourceCount => _resources.Count;

    public int ContextCount => _contexts.Count;

    /// <summary>Runs a shader: its text, the buffers by slot, the uniforms by slot, the grid.</summary>
    public Action<FakeGpuLaunch>? Compute { get; set; }

    /// <summary>Whether a stream of this context is still done.</summary>
    public bool IsDead(uint context) => _contexts[context].IsDead;

    /// <summary>Makes of random bytes what could be the answer to a request.</summary>
    public static void ShapeAnswer(byte[] request, byte[] answer)
    {
        if (request.Length < 24 || answer.Length < 24)
            return;
        uint type = BinaryPrimitives.ReadUInt32LittleEndian(request);
        request.AsSpan(0, 24).CopyTo(answer);
        BinaryPrimitives.WriteUInt32LittleEndian(answer, type switch { 0x100 => 0x1101, 0x108 => 0x1102, 0x109 => 0x1103, 0x10a => 0x1104, _ => Ok });
        if (type != 0x108 || answer.Length < 36)
            return;
        BinaryPrimitives.WriteUInt32LittleEndian(answer.AsSpan(24), 2);
        BinaryPrimitives.WriteInt32LittleEndian(answer.AsSpan(32), CapsetBytes);
    }

    protected override bool Answer(int index, FakeQueue queue, FakeRequest request) => !Hangs && base.Answer(index, queue, request);

    private byte[] Do(byte[] request, int writable)
    {
        byte[] answer = new byte[writable];
        request.AsSpan(0, 24).CopyTo(answer);
        uint[] fields = Words(request.AsSpan(24));
        uint type = BinaryPrimitives.ReadUInt32LittleEndian(request);
        uint context = BinaryPrimitives.ReadUInt32LittleEndian(request.AsSpan(16));
        Commands[type] = Commands.GetValueOrDefault(type) + 1;
        BinaryPrimitives.WriteUInt32LittleEndian(answer, Do(type, context, fields, answer.AsSpan(24)));
        return answer;
    }

    private uint Do(uint type, uint context, uint[] f, Span<byte> data)
    {
        switch (type)
        {
            case 0x100:
                BinaryPrimitives.WriteInt32LittleEndian(data[8..], Side);
                BinaryPrimitives.WriteInt32LittleEndian(data[12..], Side);
                data[16] = 1;
                return 0x1101;
            case 0x101:
                return Create(f[0], (long)f[2] * f[3] * 4);
            case 0x102:
                return _resources.Remove(f[0]) ? Ok : BadResource;
            case 0x103:
                Screen = f[5] == 0 ? null : Screen ?? new byte[Side * Side * 4];
                return f[5] == 0 || _resources.ContainsKey(f[5]) ? Ok : BadResource;
            case 0x104:
                return Find(f[4], r => r.Content.AsSpan(0, Screen!.Length).CopyTo(Screen));
            case 0x105:
                return Find(f[6], r => CopyPicture(r, f));
            case 0x106:
                return Attach(f);
            case 0x107:
                return Find(f[0], r => r.Backing = []);
            case 0x108:
                BinaryPrimitives.WriteUInt32LittleEndian(data, f[0] + 1);
                BinaryPrimitives.WriteUInt32LittleEndian(data[4..], f[0] + 1);
                BinaryPrimitives.WriteInt32LittleEndian(data[8..], f[0] == 0 ? 308 : CapsetBytes);
                return 0x1102;
            case 0x109:
                WriteCapabilities(data);
                return 0x1103;
            case 0x10a:
                BinaryPrimitives.WriteInt32LittleEndian(data, Monitor.Length);
                Monitor.CopyTo(data[8..]);
                return 0x1104;
            case 0x200:
                return _contexts.TryAdd(context, new FakeGpuContext(this)) ? Ok : BadContext;
            case 0x201:
                return _contexts.Remove(context) ? Ok : BadContext;
            case 0x204:
                return f[3] is 0x40 or 0x4000 && f[1] == 0 && f[5] == 1 ? Create(f[0], f[4]) : BadParameter;
            default:
                return _contexts.TryGetValue(context, out FakeGpuContext? found) ? DoIn(found, type, f) : BadContext;
        }
    }

    private uint DoIn(FakeGpuContext context, uint type, uint[] f)
    {
        switch (type)
        {
            case 0x202:
                return Find(f[0], r => context.Resources[f[0]] = r);
            case 0x203:
                return context.Resources.Remove(f[0]) ? Ok : BadResource;
            case 0x205 or 0x206:
                if (!context.Resources.TryGetValue(f[8], out FakeGpuResource? resource))
                    return BadResource;
                Transfer(resource, (int)f[6], (int)f[0], (int)f[3], toHost: type == 0x205);
                return Ok;
            case 0x207:
                uint[] stream = f[2..(2 + (int)f[0] / 4)];
                Streams.Add(stream);
                context.Run(stream);
                return Ok;
            default:
                return 0x1200;
        }
    }

    /// <summary>Copies between a resource and its backing memory.</summary>
    public void Transfer(FakeGpuResource resource, int backing, int offset, int bytes, bool toHost)
    {
        foreach ((ulong address, int length) in resource.Backing)
        {
            int now = Math.Clamp(length - backing, 0, bytes);
            if (now > 0)
            {
                Span<byte> memory = Machine.DeviceView(address + (ulong)backing, now);
                Span<byte> content = resource.Content.AsSpan(offset, now);
                if (toHost)
                    memory.CopyTo(content);
                else
                    content.CopyTo(memory);
            }

            backing = Math.Max(0, backing - length);
            offset += now;
            bytes -= now;
        }

        if (bytes > 0)
            throw new InvalidOperationException("a transfer goes beyond the backing memory");
    }

    /// <summary>Backing memory of a resource that has none: pieces one behind the other.</summary>
    private uint Attach(uint[] f)
    {
        if (!_resources.TryGetValue(f[0], out FakeGpuResource? resource))
            return BadResource;
        if (resource.Backing.Count > 0 || f.Length < 2 + 4 * f[1])
            return BadParameter;
        for (int i = 2; i < 2 + 4 * f[1]; i += 4)
            resource.Backing.Add((f[i] | (ulong)f[i + 1] << 32, (int)f[i + 2]));
        return Ok;
    }

    private uint Create(uint id, long bytes)
    {
        if (bytes > MostBytes)
            return 0x1201;
        return id != 0 && bytes is > 0 and < 1 << 28 && _resources.TryAdd(id, new FakeGpuResource(new byte[bytes])) ? Ok : BadResource;
    }

    private uint Find(uint id, Action<FakeGpuResource> then)
    {
        if (!_resources.TryGetValue(id, out FakeGpuResource? resource))
            return BadResource;
        then(resource);
        return Ok;
    }

    /// <summary>A rectangle of a picture whose rows are as long as a display's.</summary>
    private void CopyPicture(FakeGpuResource picture, uint[] f)
    {
        for (int row = 0; row < (int)f[3]; row++)
        {
            int at = (((int)f[1] + row) * Side + (int)f[0]) * 4;
            Transfer(picture, (int)f[4] + row * Side * 4, at, (int)f[2] * 4, toHost: true);
        }
    }

    private void WriteCapabilities(Span<byte> data)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(data[392..], 1 << 7);
        BinaryPrimitives.WriteUInt32LittleEndian(data[432..], 16);
        BinaryPrimitives.WriteUInt32LittleEndian(data[452..], 1024);
        _ = Encoding.ASCII.GetBytes("fake renderer", data[696..]);
        BinaryPrimitives.WriteUInt32LittleEndian(data[1372..], UniformBytes);
    }

    private static uint[] Words(ReadOnlySpan<byte> bytes)
    {
        uint[] words = new uint[bytes.Length / 4];
        for (int i = 0; i < words.Length; i++)
            words[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(i * 4)..]);
        return words;
    }
}

/// <summary>A picture or buffer of the host.</summary>
internal sealed class FakeGpuResource(byte[] content)
{
    public byte[] Content => content;

    public List<(ulong Address, int Length)> Backing { get; set; } = [];
}
