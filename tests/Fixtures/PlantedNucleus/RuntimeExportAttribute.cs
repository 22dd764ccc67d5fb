namespace System.Runtime;

/// <summary>Marks a method that the AOT compiler exports under a C name, without a change of mode.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RuntimeExportAttribute(string entryPoint) : Attribute
{
    public string EntryPoint { get; } = entryPoint;
}
