using MicroLake.MLaaS.Hooks;
using MicroLake.MLaaS.Packages;
using MicroLake.Nn;
using MicroLake.Policies;

namespace MicroLake.MLaaS.Models;

/// <summary>What a module decides with: a model, a policy, or a policy that asks a model. Checked, and ready to decide.</summary>
public sealed class ModuleDecision : IDisposable
{
    private ModuleDecision(ModuleFile module, HookDescription hook)
    {
        Manifest = module.Manifest;
        Signer = module.Signer;
        Hook = hook;
    }

    public ModuleManifest Manifest { get; }

    /// <summary>Whose key signed the module; null: it is not signed.</summary>
    public string? Signer { get; }

    public HookDescription Hook { get; }

    public DecisionModel? Model { get; private set; }

    public DecisionPolicy? Policy { get; private set; }

    /// <summary>Checks the parts of a module, against each other and against its hook.</summary>
    /// <exception cref="ModuleException">It is refused.</exception>
    public static ModuleDecision Load(ModuleFile module, PolicyEnvironment environment, ModelLimits? limits = null)
    {
        byte[]? policy = module.Part(ModulePart.Policy);
        HookDescription hook = HookDescription.For(module.Manifest, policy is not null);
        var decision = new ModuleDecision(module, hook);
        if (module.Part(ModulePart.Model) is not null)
            decision.Model = DecisionModel.Load(module, limits);
        if (policy is not null)
            decision.Policy = DecisionPolicy.Load(policy, hook, environment);
        return decision;
    }

    public void Dispose() => Policy?.Dispose();
}
