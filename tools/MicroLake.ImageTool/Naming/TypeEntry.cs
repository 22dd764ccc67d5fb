using System.Reflection.Metadata;

namespace MicroLake.ImageTool.Naming;

/// <summary>A type definition and the name a C# programmer knows it by.</summary>
public readonly record struct TypeEntry(MetadataReader Reader, TypeDefinitionHandle Handle, string Display)
{
    /// <summary>The name of the method whose mangled form this is, or null. Overloads carry a number: <c>Write_3</c>.</summary>
    public string? FindMethod(string mangled)
    {
        string unnumbered = WithoutNumber(mangled);
        string? overload = null;
        foreach (MethodDefinitionHandle handle in Reader.GetTypeDefinition(Handle).GetMethods())
        {
            string name = Reader.GetString(Reader.GetMethodDefinition(handle).Name);
            string sanitized = TypeIndex.Sanitize(name);
            if (sanitized == mangled)
                return name;
            if (sanitized == unnumbered)
                overload = name;
        }
        return overload;
    }

    private static string WithoutNumber(string mangled)
    {
        int at = mangled.Length;
        while (at > 0 && char.IsAsciiDigit(mangled[at - 1]))
            at--;
        return at < mangled.Length && at > 1 && mangled[at - 1] == '_' ? mangled[..(at - 1)] : mangled;
    }
}
