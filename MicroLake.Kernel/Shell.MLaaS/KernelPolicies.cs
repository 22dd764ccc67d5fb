using MicroLake.Abi;
using MicroLake.Hosting;
using MicroLake.Hosting.Hooks;
using MicroLake.Policies;
using MicroLake.Policies.Helpers;

namespace MicroLake.Shell.MLaaS;

/// <summary>The kernel as the place where policies run.</summary>
public static class KernelPolicies
{
    /// <summary>Helpers that run without the collector, on any processor.</summary>
    public static PolicyEnvironment Environment()
    {
        PolicyFunctions functions = KernelHooks.PolicyFunctions;
        HelperTable helpers = StandardHelpers.Create(new()
        {
            Time = functions.Time,
            Random = functions.Random,
            Processor = functions.Processor,
            Trace = functions.Trace,
            Feature = functions.Feature,
            Infer = functions.Infer,
        });
        return new(helpers, Inspection.Processors().Count, functions.Processor);
    }
}
