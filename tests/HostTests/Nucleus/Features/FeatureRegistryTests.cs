using System.Text;
using MicroLake.Abi;
using MicroLake.Nucleus.Features;
using Xunit;

namespace MicroLake.HostTests.Nucleus.Features;

public sealed unsafe class FeatureRegistryTests : IDisposable
{
    private const int Capacity = 16;
    private const int Rings = 2;

    private readonly NativeBuffer _memory = new(FeatureRegistry.Bytes, fill: 0);
    private readonly List<NativeBuffer> _rings = [];
    private readonly FeatureRegistry* _registry;
    private uint _generation;

    public FeatureRegistryTests() => _registry = (FeatureRegistry*)_memory.Pointer;

    public void Dispose()
    {
        _memory.Dispose();
        foreach (NativeBuffer rings in _rings)
            rings.Dispose();
    }

    [Fact]
    public void Records_have_the_sizes_that_their_constants_say()
    {
        Assert.Equal(FeatureField.Bytes, sizeof(FeatureField));
        Assert.Equal(FeatureVector.Bytes, sizeof(FeatureVector));
        Assert.Equal(FeatureRing.Bytes, sizeof(FeatureRing));
        Assert.True(sizeof(FeatureRegistry) <= 1024);
    }

    [Fact]
    public void Fields_lie_behind_each_other()
    {
        FeatureField[] fields = [Field("a"), Field("b", FeatureKind.Float, elements: 5), Field("c", FeatureKind.Counter, history: 8)];
        Assert.Equal(7u, Layout(fields));
        Assert.Equal([0u, 1u, 6u], fields.Select(f => f.Offset));
    }

    [Theory]
    [InlineData("", FeatureKind.Integer, 1, 1)]
    [InlineData("a", (FeatureKind)9, 1, 1)]
    [InlineData("a", FeatureKind.Integer, 0, 1)]
    [InlineData("a", FeatureKind.Integer, 33, 1)]
    [InlineData("a", FeatureKind.Integer, 1, 0)]
    [InlineData("a", FeatureKind.Integer, 1, 65)]
    [InlineData("a", FeatureKind.Integer, 2, 2)]
    [InlineData("a", FeatureKind.Counter, 2, 1)]
    public void A_field_that_makes_no_sense_is_refused(string name, FeatureKind kind, int elements, int history) =>
        Assert.Equal(0u, Layout([Field(name, kind, elements, history)]));

    [Fact]
    public void More_fields_or_values_than_fit_are_refused()
    {
        Assert.Equal(0u, Layout([]));
        Assert.Equal(0u, Layout([.. Enumerable.Repeat(Field("a"), 33)]));
        Assert.Equal(0u, Layout([.. Enumerable.Repeat(Field("a", elements: 32), 3)]));
        Assert.Equal(64u, Layout([.. Enumerable.Repeat(Field("a", elements: 32), 2)]));
    }

    [Fact]
    public void A_vector_comes_out_as_it_went_in()
    {
        Open(3);
        FeatureVector* vector = FeatureRegistry.Begin(_registry, _generation, 1, 100);
        Assert.Empty(Read(1));
        FeatureRegistry.Capture(vector, 0, -7);
        FeatureRegistry.Capture(vector, 2, long.MaxValue);
        FeatureRegistry.Commit(_registry, vector, 130);
        Assert.Empty(Read(0));
        (FeatureVector head, long[] values) = Assert.Single(Read(1));
        Assert.Equal((100UL, 130UL, 1u), (head.BegunAt, head.CommittedAt, head.Ring));
        Assert.Equal([-7, 0, long.MaxValue], values);
    }

    [Fact]
    public void A_counter_keeps_its_value_from_vector_to_vector()
    {
        Open(2);
        FeatureVector* first = FeatureRegistry.Begin(_registry, _generation, 0, 0);
        FeatureRegistry.Increment(_registry, first, 1, 5);
        FeatureRegistry.Capture(first, 0, 9);
        FeatureRegistry.Commit(_registry, first, 0);
        FeatureVector* second = FeatureRegistry.Begin(_registry, _generation, 1, 0);
        FeatureRegistry.Commit(_registry, second, 0);
        FeatureVector* third = FeatureRegistry.Begin(_registry, _generation, 1, 0);
        FeatureRegistry.Increment(_registry, third, 1, -3);
        FeatureRegistry.Commit(_registry, third, 0);
        Assert.Equal([9, 5], Read(0)[0].Values);
        Assert.Equal([0, 5], Read(1)[0].Values);
        Assert.Equal([0, 2], Read(1)[1].Values);
    }

    [Fact]
    public void An_abandoned_vector_never_was()
    {
        Open(1);
        FeatureRegistry.Abandon(_registry, FeatureRegistry.Begin(_registry, _generation, 0, 0));
        Assert.Empty(Read(0));
        Assert.True(FeatureRegistry.TryClose(_registry));
    }

    [Fact]
    public void A_stale_generation_gets_no_vector()
    {
        Open(1);
        uint old = _generation;
        Assert.True(FeatureRegistry.TryClose(_registry));
        Assert.True(FeatureRegistry.Begin(_registry, old, 0, 0) == null);
        Open(1);
        Assert.True(FeatureRegistry.Begin(_registry, old, 0, 0) == null);
        Assert.True(FeatureRegistry.Begin(_registry, _generation, 63, 0) == null);
        Assert.True(FeatureRegistry.Begin(_registry, _generation, 0, 0) != null);
    }

    [Fact]
    public void Rings_stay_while_somebody_is_in_a_capture()
    {
        Open(1);
        FeatureVector* vector = FeatureRegistry.Begin(_registry, _generation, 1, 0);
        Assert.False(FeatureRegistry.TryClose(_registry));
        Assert.True(FeatureRegistry.Begin(_registry, _generation, 0, 0) == null);
        FeatureRegistry.Reopen(_registry);
        Assert.True(FeatureRegistry.Begin(_registry, _generation, 0, 0) != null);
        FeatureRegistry.Commit(_registry, vector, 0);
        Assert.Single(Read(1));
    }

    [Fact]
    public void Truncated_vectors_are_gone()
    {
        Open(1);
        for (int i = 0; i < 10; i++)
            Append(0, i, time: (ulong)i);
        FeatureRegistry.Ring(_registry, 0)->Truncate(4);
        Assert.Equal([4L, 5, 6, 7, 8, 9], Read(0).Select(v => v.Values[0]));
        FeatureRegistry.Ring(_registry, 0)->Truncate(2);
        Assert.Equal(6, Read(0).Count);
        FeatureRegistry.Ring(_registry, 0)->Truncate(100);
        Assert.Empty(Read(0));
        Append(0, 10, time: 10);
        Assert.Single(Read(0));
    }

    /// <summary>Captures that begin, end and overlap in any order, against a list that knows the rules.</summary>
    [Fact]
    public void Captures_in_any_order_agree_with_a_model()
    {
        for (int seed = 1; seed <= 200; seed++)
        {
            var random = new Random(seed);
            new Span<byte>(_memory.Pointer, (int)_memory.Length).Clear();
            Open(2);
            var places = new (ulong Number, bool Busy, long Value, bool There)[Capacity];
            var busy = new List<(nint Vector, ulong Number, long Value)>();
            ulong begun = 0, dropped = 0;
            for (int step = 0; step < 300; step++)
            {
                int choice = random.Next(5);
                if (choice < 3 || busy.Count == 0)
                {
                    ulong number = ++begun;
                    ref (ulong Number, bool Busy, long Value, bool There) place = ref places[(number - 1) % Capacity];
                    FeatureVector* vector = FeatureRegistry.Begin(_registry, _generation, 0, number);
                    Assert.Equal(!place.Busy, vector != null);
                    if (vector == null)
                    {
                        dropped++;
                        continue;
                    }

                    long value = random.NextInt64();
                    FeatureRegistry.Capture(vector, 0, value);
                    FeatureRegistry.Capture(vector, 1, ~value);
                    place = (number, true, value, false);
                    busy.Add(((nint)vector, number, value));
                }
                else
                {
                    int index = random.Next(busy.Count);
                    (nint vector, ulong number, long value) = busy[index];
                    busy.RemoveAt(index);
                    bool commit = choice == 3;
                    if (commit)
                        FeatureRegistry.Commit(_registry, (FeatureVector*)vector, number);
                    else
                        FeatureRegistry.Abandon(_registry, (FeatureVector*)vector);
                    places[(number - 1) % Capacity] = (number, false, value, commit);
                }

                ulong oldest = begun > Capacity ? begun - Capacity : 0;
                Assert.Equal(
                    places.Where(p => p is { Busy: false, There: true } && p.Number > oldest).OrderBy(p => p.Number).Select(p => p.Value),
                    Read(0).Select(v => v.Values[0]));
                Assert.All(Read(0), v => Assert.Equal(~v.Values[0], v.Values[1]));
                Assert.Equal((begun, dropped), (FeatureRegistry.Ring(_registry, 0)->Begun, FeatureRegistry.Ring(_registry, 0)->Dropped));
            }

            foreach ((nint vector, _, _) in busy)
                FeatureRegistry.Abandon(_registry, (FeatureVector*)vector);
            Assert.True(FeatureRegistry.TryClose(_registry));
        }
    }

    [Fact]
    public void Writers_beside_each_other_and_readers_see_whole_vectors()
    {
        const int writers = 3, each = 60_000;
        Open(8);
        var threads = new Thread[writers];
        for (int i = 0; i < writers; i++)
        {
            int id = i;
            threads[i] = new Thread(() =>
            {
                for (int n = 0; n < each; n++)
                    AppendWhole(id, n);
            });
            threads[i].Start();
        }

        // The last round is after the writers: while they write they may be faster than the reader at every vector.
        long seen = 0;
        bool areWriting;
        do
        {
            areWriting = threads.Any(t => t.IsAlive);
            ulong last = 0;
            foreach ((FeatureVector head, long[] values) in Read(0))
            {
                Assert.True(head.Sequence > last && head.Sequence % 2 == 0);
                last = head.Sequence;
                Assert.All(values, value => Assert.Equal(values[0], value));
                Assert.Equal((ulong)values[0], head.CommittedAt);
                seen++;
            }
        }
        while (areWriting);

        Assert.Equal((ulong)writers * each, FeatureRegistry.Ring(_registry, 0)->Begun);
        Assert.True(seen > 0);
        Assert.True(FeatureRegistry.TryClose(_registry));
    }

    private void AppendWhole(int id, int n)
    {
        long value = (long)id << 32 | (uint)n;
        FeatureVector* vector = FeatureRegistry.Begin(_registry, _generation, 0, 0);
        if (vector == null)
            return;
        for (int i = 0; i < 8; i++)
            FeatureRegistry.Capture(vector, i, value);
        FeatureRegistry.Commit(_registry, vector, (ulong)value);
    }

    private void Append(uint ring, long value, ulong time)
    {
        FeatureVector* vector = FeatureRegistry.Begin(_registry, _generation, ring, time);
        FeatureRegistry.Capture(vector, 0, value);
        FeatureRegistry.Commit(_registry, vector, time);
    }

    private void Open(int values)
    {
        FeatureRegistryState state = default;
        state.Name[0] = (byte)'t';
        state.Capacity = Capacity;
        state.Rings = Rings;
        FeatureField[] fields = [.. Enumerable.Range(0, values).Select(i => Field($"f{i}"))];
        state.Fields = (uint)values;
        state.Values = Layout(fields);
        var rings = new NativeBuffer(FeatureRegistry.BytesOfPlaces(Rings, Capacity, state.Values), fill: 0);
        _rings.Add(rings);
        fixed (FeatureField* start = fields)
            FeatureRegistry.Open(_registry, &state, start, rings.Pointer, 0);
        _generation = _registry->Generation;
    }

    private List<(FeatureVector Head, long[] Values)> Read(int ring)
    {
        int stride = (int)FeatureRing.StrideOf(_registry->Values);
        byte[] buffer = new byte[Capacity * stride];
        ulong position = 0;
        var vectors = new List<(FeatureVector, long[])>();
        fixed (byte* start = buffer)
        {
            int count = FeatureRegistry.Ring(_registry, (uint)ring)->Read(ref position, start, Capacity);
            for (int i = 0; i < count; i++)
                vectors.Add((*(FeatureVector*)(start + i * stride), new ReadOnlySpan<long>(start + i * stride + FeatureVector.Bytes, (int)_registry->Values).ToArray()));
        }

        return vectors;
    }

    private static uint Layout(FeatureField[] fields)
    {
        fixed (FeatureField* start = fields)
            return FeatureRegistry.Layout(start, fields.Length);
    }

    private static FeatureField Field(string name, FeatureKind kind = FeatureKind.Integer, int elements = 1, int history = 1)
    {
        FeatureField field = default;
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        for (int i = 0; i < bytes.Length; i++)
            field.Name[i] = bytes[i];
        field.Kind = kind;
        field.Elements = (ushort)elements;
        field.History = (ushort)history;
        return field;
    }
}
