using MicroLake.Hosting.Hooks;
using MicroLake.Storage.Decisions;

namespace MicroLake.Kernel;

/// <summary>The nucleus's hooks for <c>/data</c>. A process's files are served by a thread that answers its calls, which is how the nucleus knows the client.</summary>
internal sealed class KernelDiskHooks : IDiskHooks
{
    public uint Client(DiskHook hook) => KernelHooks.Client((int)hook);

    public bool IsAttached(DiskHook hook, uint client = 0) => KernelHooks.IsAttached((int)hook, client);

    public bool MayCount(DiskHook hook) => KernelHooks.MayCount((int)hook);

    public int Choose(DiskHook hook, ReadOnlySpan<long> features, int heuristic, out int own, Span<long> ranks = default, uint client = 0) =>
        KernelHooks.Choose((int)hook, features, heuristic, out own, ranks, client);

    public long PagesAhead(ReadOnlySpan<long> features, long heuristic, uint client) => KernelHooks.Decide((int)DiskHook.Prefetch, features, heuristic, client);

    public void Outcome(DiskHook hook, long value, long baseline, uint client = 0) => KernelHooks.Outcome((int)hook, value, baseline, client);
}
