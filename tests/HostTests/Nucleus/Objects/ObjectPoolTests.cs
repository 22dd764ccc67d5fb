using MicroLake.Abi;
using MicroLake.Nucleus.Ipc;
using MicroLake.Nucleus.Objects;
using Xunit;

namespace MicroLake.HostTests.Nucleus.Objects;

public sealed unsafe class ObjectPoolTests : IDisposable
{
    private const int PageBytes = 4096;
    private const int Pages = 64;

    private readonly NativeBuffer _memory = new(Pages * PageBytes, fill: 0);
    private readonly Stack<ulong> _free = new();
    private ObjectPool _pool;

    public ObjectPoolTests()
    {
        for (int i = Pages - 1; i >= 0; i--)
            _free.Push((ulong)(_memory.Pointer + i * PageBytes));
    }

    public void Dispose() => _memory.Dispose();

    [Fact]
    public void Every_kind_of_object_fits()
    {
        Assert.True(sizeof(Endpoint) <= ObjectPool.ObjectBytes);
        Assert.True(sizeof(Notification) <= ObjectPool.ObjectBytes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Random_use_agrees_with_a_set_and_pages_come_back(int seed)
    {
        var random = new Random(seed);
        var model = new List<ulong>();
        var used = new HashSet<ulong>();
        for (int step = 0; step < 50_000; step++)
        {
            // Long runs of one kind fill and empty whole pages.
            bool take = (step / 2000 + random.Next(5)) % 5 < 3;
            if (take && model.Count < (Pages - 2) * ObjectPool.ObjectsPerPage)
            {
                KernelObject* taken = _pool.Take();
                if (taken is null)
                {
                    _pool.AddPage(Fresh());
                    taken = _pool.Take();
                }

                Assert.Equal(0u, taken->Lock.Word);
                new Span<byte>((byte*)taken + sizeof(uint), ObjectPool.ObjectBytes - sizeof(uint)).Fill((byte)step);
                taken->Type = ObjectType.Endpoint;
                Assert.True(used.Add((ulong)taken));
                Assert.Equal(0ul, (ulong)taken % ObjectPool.ObjectBytes);
                model.Add((ulong)taken);
            }
            else if (model.Count > 0)
            {
                int i = random.Next(model.Count);
                ulong gone = model[i];
                model[i] = model[^1];
                model.RemoveAt(model.Count - 1);
                used.Remove(gone);
                void* page = _pool.Return((KernelObject*)gone);
                if (page is not null)
                {
                    Assert.DoesNotContain(model, o => (o & ~4095ul) == (ulong)page);
                    _free.Push((ulong)page);
                }
            }

            Assert.Equal((uint)model.Count, _pool.Objects);
            Assert.Equal((uint)(Pages - _free.Count), _pool.Pages);
        }

        foreach (ulong rest in model)
            if (_pool.Return((KernelObject*)rest) is var page && page is not null)
                _free.Push((ulong)page);
        Assert.Equal(0u, _pool.Objects);
        Assert.Equal(1u, _pool.Pages);
    }

    private void* Fresh()
    {
        var page = (byte*)_free.Pop();
        new Span<byte>(page, PageBytes).Clear();
        return page;
    }
}
