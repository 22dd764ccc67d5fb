using MicroLake.Benchmarks;
using MicroLake.Hosting;

namespace MicroLake.Kernel;

/// <summary>The first touch of a page: a fault, a frame of zeros, an entry in the page table.</summary>
internal sealed class PageFault() : BatchBenchmark("mm.page_fault", "the first write to a page of anonymous memory", Pages)
{
    private const int Pages = 512;

    private FreshMemory? _memory;

    protected override void Begin() => _memory = new FreshMemory(Pages);

    protected override void Prepare() => _memory!.Discard();

    protected override void Operate(long count) => _memory!.Touch();

    protected override void End() => _memory?.Dispose();
}
