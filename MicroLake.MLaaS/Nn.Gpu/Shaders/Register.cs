namespace MicroLake.Nn.Gpu.Shaders;

/// <summary>A register of a shader, four components.</summary>
internal readonly struct Register(string name)
{
    private const string Components = "xyzw";

    /// <summary>One component in all four places, for a source.</summary>
    public string All(int component) => $"{name}.{new string(Components[component], 4)}";

    /// <summary>One component, for a target.</summary>
    public string One(int component) => $"{name}.{Components[component]}";

    public override string ToString() => name;
}
