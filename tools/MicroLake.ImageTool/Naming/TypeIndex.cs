using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;

namespace MicroLake.ImageTool.Naming;

/// <summary>
/// The types of a set of assemblies by the name that the AOT compiler gives them in symbols. It joins assembly,
/// namespace and type names with '_' and replaces what C identifiers lack, which cannot be undone by looking at the
/// symbol alone; the assemblies' metadata makes it exact.
/// </summary>
public sealed class TypeIndex : IDisposable
{
    private static readonly Dictionary<string, string> s_primitives = new()
    {
        ["Boolean"] = "Bool",
        ["Char"] = "Char",
        ["SByte"] = "Int8",
        ["Byte"] = "UInt8",
        ["Int16"] = "Int16",
        ["UInt16"] = "UInt16",
        ["Int32"] = "Int32",
        ["UInt32"] = "UInt32",
        ["Int64"] = "Int64",
        ["UInt64"] = "UInt64",
        ["IntPtr"] = "IntPtr",
        ["UIntPtr"] = "UIntPtr",
        ["Single"] = "Single",
        ["Double"] = "Double",
        ["Object"] = "Object",
        ["String"] = "String",
    };

    private readonly Dictionary<string, TypeEntry> _types = [];
    private readonly Dictionary<string, TypeEntry>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly List<PEReader> _files = [];

    public TypeIndex() => _lookup = _types.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Adds the types an assembly defines; a file that is no managed assembly adds none.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public void Add(string assemblyPath)
    {
        var file = new PEReader(new MemoryStream(File.ReadAllBytes(assemblyPath)));
        _files.Add(file);
        if (!file.HasMetadata)
            return;
        MetadataReader reader = file.GetMetadataReader();
        if (!reader.IsAssembly)
            return;
        string assembly = reader.GetString(reader.GetAssemblyDefinition().Name);
        string prefix = Sanitize(assembly.Replace("System.Private.", "S.P.", StringComparison.Ordinal));
        bool isCore = assembly == "System.Private.CoreLib";
        foreach (TypeDefinitionHandle handle in reader.TypeDefinitions)
        {
            (string mangled, string display) = NameOf(reader, handle);
            _types.TryAdd($"{prefix}_{mangled}", new TypeEntry(reader, handle, display));
            if (isCore && display.StartsWith("System.", StringComparison.Ordinal) && s_primitives.TryGetValue(display["System.".Length..], out string? primitive))
                _types.TryAdd(primitive, new TypeEntry(reader, handle, display));
        }
    }

    public bool TryFind(ReadOnlySpan<char> mangled, out TypeEntry type) => _lookup.TryGetValue(mangled, out type);

    public void Dispose()
    {
        foreach (PEReader file in _files)
            file.Dispose();
    }

    /// <summary>The name with everything but ASCII letters and digits replaced by '_', as the compiler does.</summary>
    public static string Sanitize(string name)
    {
        var result = new StringBuilder(name.Length);
        foreach (char c in name)
            result.Append(char.IsAsciiLetterOrDigit(c) ? c : '_');
        return result.ToString();
    }

    private static (string Mangled, string Display) NameOf(MetadataReader reader, TypeDefinitionHandle handle)
    {
        TypeDefinition type = reader.GetTypeDefinition(handle);
        string name = reader.GetString(type.Name);
        int arity = name.LastIndexOf('`');
        string shown = arity > 0 ? name[..arity] : name;
        TypeDefinitionHandle outer = type.GetDeclaringType();
        if (!outer.IsNil)
        {
            (string outerMangled, string outerShown) = NameOf(reader, outer);
            return ($"{outerMangled}_{Sanitize(name)}", $"{outerShown}.{shown}");
        }
        string space = reader.GetString(type.Namespace);
        return space.Length == 0 ? (Sanitize(name), shown) : ($"{Sanitize(space)}_{Sanitize(name)}", $"{space}.{shown}");
    }
}
