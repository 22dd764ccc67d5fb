namespace MicroLake.MLaaS.Hooks;

/// <summary>A whole number that a hook decides from.</summary>
public sealed class HookFeature(string name, string unit)
{
    public string Name => name;

    public string Unit => unit;
}
