using MicroLake.Hosting.Hooks;
using MicroLake.MLaaS.Hooks;

namespace MicroLake.Kernel;

/// <summary>Asks at the hook <c>ml.place</c> where a batch runs: for the process whose call of the service of computing the thread answers, if it does answer one.</summary>
internal static class GpuPlacement
{
    private static readonly int s_hook = HookDescription.Find("ml.place")!.Index;

    public static bool Decide(int rows, long multiplyAdds, int queued, bool heuristic) =>
        KernelHooks.Decide(s_hook, [rows, multiplyAdds, queued], heuristic ? 1 : 0, KernelHooks.Client(s_hook)) != 0;
}
