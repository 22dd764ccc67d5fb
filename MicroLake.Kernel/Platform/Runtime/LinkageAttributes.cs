// The ahead-of-time compiler knows these two attributes by their full names, in any assembly.
namespace System.Runtime;

/// <summary>Gives a static method a plain symbol with the C calling convention and no GC transition.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RuntimeExportAttribute(string entry) : Attribute
{
    public string Entry { get; } = entry;
}

/// <summary>Binds an <c>InternalCall</c> extern method to a symbol, called without a GC transition.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RuntimeImportAttribute(string library, string entry) : Attribute
{
    public string Library { get; } = library;

    public string Entry { get; } = entry;
}
