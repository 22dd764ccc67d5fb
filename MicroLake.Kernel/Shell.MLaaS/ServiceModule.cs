using MicroLake.MLaaS.Packages;

namespace MicroLake.Shell.MLaaS;

/// <summary>A module that is a service.</summary>
/// <param name="manifest">What it is.</param>
/// <param name="signer">Whose key signed it; null: it is not signed.</param>
internal sealed class ServiceModule(ModuleManifest manifest, string? signer)
{
    public string Name => manifest.Name;

    public ModuleManifest Manifest => manifest;

    public string? Signer => signer;
}
