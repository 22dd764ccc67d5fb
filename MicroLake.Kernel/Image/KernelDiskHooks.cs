using MicroLake.Hosting.Hooks;
using MicroLake.Storage.Decisions;

namespace MicroLake.Kernel;

/// <summary>The nucleus's hooks for <c>/data</c>.</summary>
internal sealed class KernelDiskHooks : IDiskHooks
{
    public bool IsAttached(DiskHook hook) => KernelHooks.IsAttached((int)hook);

    public int Choose(DiskHook hook, ReadOnlySpan<long> features, int heuristic) => KernelHooks.Choose((int)hook, features, heuristic);

    public long PagesAhead(ReadOnlySpan<long> features, long heuristic) => KernelHooks.Decide((int)DiskHook.Prefetch, features, heuristic);

    public void Outcome(DiskHook hook, long value, long baseline) => KernelHooks.Outcome((int)hook, value, baseline);
}
