namespace MicroLake.ImageTool.Nucleus;

/// <summary>What a function refers to: another function of the object, or a symbol of data or of another object.</summary>
public readonly record struct CodeReference(CodeFunction? Function, string Symbol)
{
    /// <summary>Stands for whatever a virtual call through an object's method table may reach.</summary>
    public const string VirtualCall = "(virtual call)";
}
