using MicroLake.Hosting.Hooks;
using MicroLake.Storage.Decisions;

namespace MicroLake.Kernel;

/// <summary>The nucleus's hooks for the page cache of <c>/data</c>.</summary>
internal sealed class KernelPageHooks : IPageHooks
{
    public bool IsAttached(PageHook hook) => KernelHooks.IsAttached((int)hook);

    public int Choose(ReadOnlySpan<long> features, int heuristic) => KernelHooks.Choose((int)PageHook.Reclaim, features, heuristic);

    public long PagesAhead(ReadOnlySpan<long> features, long heuristic) => KernelHooks.Decide((int)PageHook.Prefetch, features, heuristic);

    public void Outcome(PageHook hook, long value, long baseline) => KernelHooks.Outcome((int)hook, value, baseline);
}
