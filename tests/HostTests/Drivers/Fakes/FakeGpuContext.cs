using System.Buffers.Binary;
using System.Text;

namespace MicroLake.HostTests.Drivers.Fakes;

/// <summary>A piece of a resource that a shader sees.</summary>
internal readonly record struct FakeGpuBinding(FakeGpuResource Resource, int Offset, int Length);

/// <summary>A launch of a shader.</summary>
internal sealed record FakeGpuLaunch(
    string Shader, int BlockWidth, int Columns, int Rows, IReadOnlyDictionary<uint, FakeGpuBinding> Storage, IReadOnlyDictionary<uint, FakeGpuBinding> Uniforms);

/// <summary>A context of virglrenderer: what a stream binds stays, and after a command that it does not understand nothing is done any more.</summary>
internal sealed class FakeGpuContext(FakeGpu gpu)
{
    private readonly Dictionary<uint, string> _shaders = [];
    private readonly Dictionary<uint, FakeGpuBinding> _storage = [];
    private readonly Dictionary<uint, FakeGpuBinding> _uniforms = [];
    private uint _bound;

    public Dictionary<uint, FakeGpuResource> Resources { get; } = [];

    public bool IsDead { get; private set; }

    public void Run(uint[] stream)
    {
        int at = 0;
        while (at < stream.Length && !IsDead)
        {
            uint head = stream[at];
            int words = (int)(head >> 16);
            if (at + 1 + words > stream.Length || !TryRun(head & 0xffff, stream.AsSpan(at + 1, words)))
                IsDead = true;
            at += 1 + words;
        }
    }

    private bool TryRun(uint command, ReadOnlySpan<uint> f)
    {
        switch (command)
        {
            case 1 | 4 << 8:
                string text = TextOf(f);
                // virglrenderer takes a text apart here; what it cannot is the end of the context.
                if (!text.StartsWith("COMP\n", StringComparison.Ordinal) || !text.EndsWith("END\n", StringComparison.Ordinal))
                    return false;
                _shaders[f[0]] = text;
                return true;
            case 31:
                _bound = f[0];
                return _shaders.ContainsKey(_bound) && f[1] == 5;
            case 27:
                return TryBind(_uniforms, f[1], f[2], f[3], f[4]);
            case 34:
                return TryBind(_storage, f[1], f[2], f[3], f[4]);
            case 36:
                return f[0] != 0;
            case 37:
                try
                {
                    gpu.Compute?.Invoke(new FakeGpuLaunch(_shaders[_bound], (int)f[0], (int)f[3], (int)f[4], _storage, _uniforms));
                    return true;
                }
                catch (FakeGpuDeath)
                {
                    return false;
                }
            case 43:
                if (f.Length != 13 || !Resources.TryGetValue(f[0], out FakeGpuResource? resource))
                    return false;
                gpu.Transfer(resource, (int)f[11], (int)f[5], (int)f[8], toHost: f[12] == 1);
                return true;
            default:
                return false;
        }
    }

    private bool TryBind(Dictionary<uint, FakeGpuBinding> slots, uint slot, uint offset, uint length, uint resource)
    {
        if (!Resources.TryGetValue(resource, out FakeGpuResource? found) || offset % 16 != 0 || offset + length > found.Content.Length)
            return false;
        slots[slot] = new FakeGpuBinding(found, (int)offset, (int)length);
        return true;
    }

    private static string TextOf(ReadOnlySpan<uint> f)
    {
        byte[] bytes = new byte[(f.Length - 5) * 4];
        for (int i = 5; i < f.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan((i - 5) * 4), f[i]);
        return Encoding.ASCII.GetString(bytes, 0, (int)f[2] - 1);
    }
}

/// <summary>A launch after which the context is dead.</summary>
internal sealed class FakeGpuDeath : Exception;
