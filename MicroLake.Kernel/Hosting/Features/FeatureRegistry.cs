using System.Numerics;
using System.Text;
using MicroLake.Abi;

namespace MicroLake.Hosting.Features;

/// <summary>
/// A feature registry of the nucleus: what LAKE calls by name is a method here (create_registry: <see cref="Create"/>, destroy_registry:
/// <see cref="Destroy"/>, begin_fv_capture: <see cref="Begin"/>, capture_feature and capture_feature_incr: <see cref="FeatureCapture"/>,
/// get_features: <see cref="Read"/>, truncate_features: <see cref="Truncate"/>, score_features: <see cref="Score"/>).
/// </summary>
public sealed unsafe class FeatureRegistry
{
    private const int VectorsAtOnce = 64;
    private const int MostPlaces = 32;

    private readonly uint _handle;
    private readonly int _rings;
    private readonly int _values;

    private FeatureRegistry(in FeatureRegistryState state)
    {
        _handle = state.Handle;
        _rings = (int)state.Rings;
        _values = (int)state.Values;
        string name;
        fixed (byte* start = state.Name)
            name = RecordField.Text(new ReadOnlySpan<byte>(start, FeatureRegistryState.NameBytes));
        Name = name;
        Features = ReadFields(state.Handle, (int)state.Fields);
    }

    public string Name { get; }

    /// <summary>The features of a vector, in their order.</summary>
    public IReadOnlyList<FeatureDescription> Features { get; }

    /// <summary>The counters as they are now.</summary>
    /// <exception cref="KernelException">The registry is gone.</exception>
    public FeatureUse Use
    {
        get
        {
            FeatureRegistryState state;
            for (uint place = 0; place < MostPlaces; place++)
                if (KernelCall.FeatureDescribe(place, &state) != 0 && state.Handle == _handle)
                    return new FeatureUse
                    {
                        Features = (int)state.Fields,
                        Window = (long)state.Capacity,
                        Begun = (long)state.Begun,
                        Dropped = (long)state.Dropped,
                        Overwritten = (long)state.Overwritten,
                        Created = RecordField.Time(state.CreatedAt),
                    };
            throw Gone();
        }
    }

    /// <summary>Makes a registry.</summary>
    /// <param name="name">Up to 31 bytes of UTF-8, that of no other registry.</param>
    /// <param name="features">1 to 32, together up to 64 values; names of up to 23 bytes.</param>
    /// <param name="window">Vectors that each processor keeps, 16 to 65536, rounded up to a power of two.</param>
    /// <exception cref="KernelException">The name is taken, a description is none, there is no memory or no place for one more.</exception>
    public static FeatureRegistry Create(string name, IReadOnlyList<FeatureDescription> features, int window)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(features.Count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(features.Count, FeatureField.Maximum);
        FeatureRegistryState state = default;
        Copy(name, new Span<byte>(state.Name, FeatureRegistryState.NameBytes));
        state.Capacity = BitOperations.RoundUpToPowerOf2((uint)window);
        state.Fields = (uint)features.Count;
        var fields = new FeatureField[features.Count];
        for (int i = 0; i < fields.Length; i++)
        {
            fixed (byte* text = fields[i].Name)
                Copy(features[i].Name, new Span<byte>(text, FeatureField.NameBytes));
            fields[i].Kind = features[i].Kind;
            fields[i].Elements = checked((ushort)features[i].Elements);
            fields[i].History = checked((ushort)features[i].History);
        }

        uint handle;
        fixed (FeatureField* start = fields)
        {
            FeatureField* first = start;
            FeatureRegistryState* description = &state;
            uint* made = &handle;
            Check(Again(() => KernelCall.FeatureCreate(description, first, made)), name);
        }

        return Of(handle);
    }

    /// <summary>Makes the registry of runs (<c>sched.run</c>) or page faults (<c>mm.fault</c>), which the nucleus feeds from now on.</summary>
    /// <exception cref="KernelException">It is enabled already, or there is no memory.</exception>
    public static FeatureRegistry Enable(BuiltInFeatures which, int window)
    {
        uint handle;
        uint* made = &handle;
        ulong capacity = BitOperations.RoundUpToPowerOf2((uint)window);
        Check(Again(() => KernelCall.FeatureEnable((int)which, capacity, made)), which == BuiltInFeatures.Runs ? "sched.run" : "mm.fault");
        return Of(handle);
    }

    /// <summary>The registries that there are.</summary>
    public static IReadOnlyList<FeatureRegistry> All()
    {
        var all = new List<FeatureRegistry>();
        FeatureRegistryState state;
        for (uint place = 0; place < MostPlaces; place++)
            if (KernelCall.FeatureDescribe(place, &state) != 0)
                all.Add(new(state));
        return all;
    }

    /// <summary>The registry of that name, or null.</summary>
    public static FeatureRegistry? Find(string name)
    {
        foreach (FeatureRegistry registry in All())
            if (registry.Name == name)
                return registry;
        return null;
    }

    /// <summary>Ends the registry; its vectors are gone.</summary>
    /// <exception cref="KernelException">It is gone already, or somebody has been in a capture for too long.</exception>
    public void Destroy()
    {
        uint handle = _handle;
        Check(Again(() => KernelCall.FeatureDestroy(handle)), Name);
    }

    /// <summary>Begins a vector. Where there is no place for it (<see cref="FeatureCapture.IsThere"/>), what is captured goes nowhere, and counts as dropped.</summary>
    public FeatureCapture Begin() => new(_handle, (uint)_values, KernelCall.FeatureBegin(_handle));

    /// <summary>All committed vectors that are still there, in the order of their commits.</summary>
    /// <exception cref="KernelException">The registry is gone.</exception>
    public List<FeatureRow> Read()
    {
        var rows = new List<FeatureRow>();
        int stride = FeatureVector.StrideOf(_values);
        byte[] buffer = new byte[VectorsAtOnce * stride];
        for (uint ring = 0; ring < _rings; ring++)
        {
            ulong position = 0;
            int count;
            do
            {
                fixed (byte* start = buffer)
                {
                    count = KernelCall.FeatureRead(_handle, ring, &position, start, VectorsAtOnce);
                    if (count < 0)
                        throw Gone();
                    for (int i = 0; i < count; i++)
                    {
                        var vector = (FeatureVector*)(start + i * stride);
                        rows.Add(new((int)ring, (long)vector->BegunAt, (long)vector->CommittedAt, new ReadOnlySpan<long>(vector + 1, _values).ToArray()));
                    }
                }
            }
            while (count > 0);
        }

        rows.Sort(static (a, b) => a.CommittedAt.CompareTo(b.CommittedAt));
        return rows;
    }

    /// <summary>Forgets vectors that were committed before a time since the boot.</summary>
    /// <exception cref="KernelException">The registry is gone.</exception>
    public void Truncate(TimeSpan before) => Check(KernelCall.FeatureTruncate(_handle, (ulong)before.Ticks * 100), Name);

    /// <summary>Hands the last <paramref name="count"/> vectors to a model at once; returns its scores, one a vector, oldest first.</summary>
    public float[] Score(int count, Func<IReadOnlyList<FeatureRow>, float[]> model)
    {
        List<FeatureRow> rows = Read();
        return model(rows.Count <= count ? rows : rows.GetRange(rows.Count - count, count));
    }

    private static FeatureRegistry Of(uint handle)
    {
        foreach (FeatureRegistry registry in All())
            if (registry._handle == handle)
                return registry;
        throw Gone();
    }

    private static FeatureDescription[] ReadFields(uint handle, int count)
    {
        var descriptions = new FeatureDescription[count];
        FeatureField field;
        for (int i = 0; i < count; i++)
        {
            if (KernelCall.FeatureField(handle, i, &field) == 0)
                throw Gone();
            string name = RecordField.Text(new ReadOnlySpan<byte>(field.Name, FeatureField.NameBytes));
            descriptions[i] = new(name, field.Kind, field.Elements, field.History, (int)field.Offset);
        }

        return descriptions;
    }

    private static void Copy(string text, Span<byte> target)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length == 0 || bytes.Length >= target.Length || bytes.Contains((byte)0))
            throw new ArgumentException($"A name has 1 to {target.Length - 1} bytes, none of them zero.");
        bytes.CopyTo(target);
    }

    private static Status Again(Func<Status> call)
    {
        const int MostTries = 1000;
        Status status = call();
        for (int i = 0; i < MostTries && status == Status.WouldBlock; i++)
        {
            Thread.Yield();
            status = call();
        }

        return status;
    }

    private static void Check(Status status, string name) => KernelException.ThrowUnlessOk(status, $"the feature registry {name}");

    private static KernelException Gone() => new(Status.NotFound, "the feature registry is gone");
}
