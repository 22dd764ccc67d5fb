using MicroLake.Abi;
using MicroLake.Nucleus.Objects;
using Xunit;

namespace MicroLake.HostTests.Nucleus.Objects;

public sealed unsafe class HandleTableTests : IDisposable
{
    private const int PageBytes = 4096;

    private readonly NativeBuffer _pages = new((ulong)(HandleTable.MaxPages + 1) * PageBytes, fill: 0);
    private HandleTable _table;
    private int _given;

    public void Dispose() => _pages.Dispose();

    [Fact]
    public void A_slot_has_the_size_that_a_page_is_divided_by() =>
        Assert.Equal(PageBytes, sizeof(HandleSlot) * HandleTable.SlotsPerPage);

    [Fact]
    public void An_empty_table_knows_no_handle_and_wants_pages()
    {
        _table.Initialize(10);
        Assert.True(_table.Find(0) is null);
        Assert.True(_table.Find(0x1_0000) is null);
        Assert.Equal(0u, _table.Add(Target(1), ObjectType.Endpoint, HandleRights.Send, 0));
        Assert.True(_table.NeedsPage(1));
        AddPage();
        Assert.True(_table.NeedsPage(1));
        AddPage();
        Assert.False(_table.NeedsPage(1));
    }

    [Fact]
    public void No_value_is_given_twice_before_a_slot_has_had_65535()
    {
        _table.Initialize(HandleTable.MaxHandles);
        GrowFor(1);
        var seen = new HashSet<uint>();
        for (int i = 0; i < ushort.MaxValue * HandleTable.SlotsPerPage; i++)
        {
            uint handle = _table.Add(Target(1), ObjectType.Endpoint, HandleRights.Send, 0);
            if (i % 61 == 0)
                Assert.True(seen.Add(handle));
            _table.Remove(_table.Find(handle));
        }
    }

    [Fact]
    public void A_sealed_table_only_gives_handles_back()
    {
        _table.Initialize(10);
        GrowFor(1);
        uint handle = _table.Add(Target(1), ObjectType.Endpoint, HandleRights.Send, 0);
        _table.Seal();
        Assert.False(_table.IsWithinLimit(1));
        Assert.Equal(0u, _table.Add(Target(2), ObjectType.Endpoint, HandleRights.Send, 0));
        _table.Remove(_table.Find(handle));
        Assert.False(_table.IsWithinLimit(1));
        Assert.Equal(0u, _table.Count);
    }

    [Fact]
    public void A_table_holds_as_many_as_its_limit_and_no_more()
    {
        _table.Initialize(uint.MaxValue);
        Assert.Equal(HandleTable.MaxHandles, _table.Limit);
        var handles = new HashSet<uint>();
        while (_table.IsWithinLimit(1))
        {
            GrowFor(1);
            Assert.True(handles.Add(_table.Add(Target(1), ObjectType.Endpoint, HandleRights.Send, 0)));
        }

        Assert.Equal(HandleTable.MaxHandles, (uint)handles.Count);
        Assert.Equal(0u, _table.Add(Target(1), ObjectType.Endpoint, HandleRights.Send, 0));
        Assert.DoesNotContain(0u, handles);
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 300)]
    [InlineData(3, 3000)]
    [InlineData(4, 65536)]
    public void Random_use_agrees_with_a_dictionary(int seed, uint limit)
    {
        _table.Initialize(limit);
        var random = new Random(seed);
        var model = new Dictionary<uint, (ulong Target, ObjectType Type, HandleRights Rights, ulong Badge)>();
        var live = new List<uint>();
        var dead = new List<uint>();
        for (int step = 0; step < 60_000; step++)
        {
            switch (random.Next(6))
            {
                case 0 or 1 or 2:
                    bool fits = model.Count < limit;
                    Assert.Equal(fits, _table.IsWithinLimit(1));
                    if (fits)
                        GrowFor(1);
                    ulong target = (ulong)random.Next(1, 100);
                    var type = (ObjectType)random.Next(1, 7);
                    var rights = (HandleRights)random.Next(1 << 10);
                    ulong badge = (ulong)random.NextInt64();
                    uint handle = _table.Add(Target(target), type, rights, badge);
                    Assert.Equal(fits, handle != 0);
                    if (fits)
                    {
                        Assert.True(model.TryAdd(handle, (target, type, rights, badge)));
                        Assert.DoesNotContain(handle, dead);
                        live.Add(handle);
                    }

                    break;
                case 3 or 4 when live.Count > 0:
                    int i = random.Next(live.Count);
                    _table.Remove(_table.Find(live[i]));
                    model.Remove(live[i]);
                    if (dead.Count < 200)
                        dead.Add(live[i]);
                    live[i] = live[^1];
                    live.RemoveAt(live.Count - 1);
                    break;
                default:
                    uint guess = random.Next(3) switch
                    {
                        0 when live.Count > 0 => live[random.Next(live.Count)],
                        1 when dead.Count > 0 => dead[random.Next(dead.Count)],
                        _ => (uint)random.NextInt64(),
                    };
                    HandleSlot* slot = _table.Find(guess);
                    Assert.Equal(model.TryGetValue(guess, out var expected), slot is not null);
                    if (slot is not null)
                        Assert.Equal(expected, ((ulong)slot->Object, slot->Type, slot->Rights, slot->Badge));
                    break;
            }

            Assert.Equal((uint)model.Count, _table.Count);
        }

        var visited = new List<uint>();
        uint index = 0;
        HandleSlot* used;
        while ((used = _table.NextUsed(ref index)) is not null)
            visited.Add(used->Handle);
        Assert.Equal(model.Keys.Order(), visited.Order());
        foreach (uint handle in visited)
            _table.Remove(_table.Find(handle));
        Assert.Equal(0u, _table.Count);
        int pages = 0;
        while (_table.TakePage() is not null)
            pages++;
        Assert.Equal(_given, pages);
        Assert.True(_table.Find(visited.FirstOrDefault(1u)) is null);
    }

    private static KernelObject* Target(ulong number) => (KernelObject*)number;

    private void GrowFor(uint more)
    {
        while (_table.NeedsPage(more))
            AddPage();
    }

    private void AddPage() => _table.AddPage(_pages.Pointer + PageBytes * _given++);
}
