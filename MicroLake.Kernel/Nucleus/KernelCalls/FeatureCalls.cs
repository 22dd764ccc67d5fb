using System.Runtime;
using MicroLake.Abi;
using MicroLake.Nucleus.Features;

namespace MicroLake.Nucleus.KernelCalls;

/// <summary>Kernel calls on feature registries (<see cref="FeatureRegistries"/>).</summary>
internal static unsafe class FeatureCalls
{
    [RuntimeExport("mk_feature_create")]
    private static Status Create(FeatureRegistryState* description, FeatureField* fields, uint* handle) =>
        FeatureRegistries.Create(description, fields, handle);

    [RuntimeExport("mk_feature_destroy")]
    private static Status Destroy(uint handle)
    {
        Status status = FeatureRegistries.Destroy(handle);
        if (status == Status.Ok)
            BuiltInFeatures.Forget(handle);
        return status;
    }

    /// <summary>Makes a registry that the nucleus feeds: 0 runs of threads, 1 page faults.</summary>
    [RuntimeExport("mk_feature_enable")]
    private static Status Enable(int which, ulong capacity, uint* handle) => BuiltInFeatures.Enable(which, capacity, handle);

    [RuntimeExport("mk_feature_describe")]
    private static int Describe(uint place, FeatureRegistryState* state) => FeatureRegistries.TryDescribe(place, state) ? 1 : 0;

    [RuntimeExport("mk_feature_field")]
    private static int Field(uint handle, int index, FeatureField* field) => FeatureRegistries.TryField(handle, index, field) ? 1 : 0;

    [RuntimeExport("mk_feature_begin")]
    private static FeatureVector* Begin(uint handle) => FeatureRegistries.Begin(handle);

    [RuntimeExport("mk_feature_increment")]
    private static void Increment(uint handle, FeatureVector* vector, int offset, long by) =>
        FeatureRegistries.Increment(handle, vector, offset, by);

    [RuntimeExport("mk_feature_commit")]
    private static void Commit(uint handle, FeatureVector* vector) => FeatureRegistries.Commit(handle, vector);

    [RuntimeExport("mk_feature_abandon")]
    private static void Abandon(uint handle, FeatureVector* vector) => FeatureRegistries.Abandon(handle, vector);

    [RuntimeExport("mk_feature_read")]
    private static int Read(uint handle, uint ring, ulong* position, byte* target, int count) =>
        FeatureRegistries.Read(handle, ring, position, target, count);

    [RuntimeExport("mk_feature_truncate")]
    private static Status Truncate(uint handle, ulong before) => FeatureRegistries.Truncate(handle, before);
}
