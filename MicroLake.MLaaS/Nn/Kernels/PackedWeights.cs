namespace MicroLake.Nn.Kernels;

/// <summary>A model's weights in the layouts that kernels want. Each is made once, and all sessions share it.</summary>
internal sealed class PackedWeights
{
    private readonly Dictionary<object, AlignedBuffer> _buffers = [];

    /// <summary>Bytes that the packed copies take.</summary>
    public long Bytes { get; private set; }

    /// <summary>The copy that <paramref name="key"/> names, made by <paramref name="pack"/> when it is not there yet.</summary>
    public AlignedBuffer Get<TKey>(TKey key, Func<TKey, AlignedBuffer> pack) where TKey : struct, IEquatable<TKey>
    {
        lock (_buffers)
        {
            if (!_buffers.TryGetValue(key, out AlignedBuffer? buffer))
            {
                buffer = pack(key);
                _buffers.Add(key, buffer);
                Bytes += buffer.Length;
            }

            return buffer;
        }
    }
}
