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
        bool hasModel = module.Part(ModulePart.Model) is not null;
        HookDescription hook = HookDescription.For(module.Manifest, policy is not null && hasModel);
        if ((module.Manifest.Architecture & ModuleArchitecture.Cpu) == 0)
            throw new ModuleException("decisions are made on the processor, and the manifest's \"architecture\" is gpu; make it cpu or both");
        var decision = new ModuleDecision(module, hook);
        if (hasModel)
        {
            decision.Model = DecisionModel.Load(module, limits);
            _ = decision.Model.RequireProgram();
        }

        if (policy is not null)
            decision.Policy = DecisionPolicy.Load(policy, hook, module.Manifest.Policy, environment);
        return decision;
    }

    public void Dispose() => Policy?.Dispose();
}
