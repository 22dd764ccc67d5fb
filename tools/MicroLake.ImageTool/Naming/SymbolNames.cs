namespace MicroLake.ImageTool.Naming;

/// <summary>Readable names for all symbols of an image, whichever compiler they come from.</summary>
public sealed class SymbolNames : IDisposable
{
    private readonly TypeIndex _types = new();
    private readonly ManagedNames _managed;
    private Dictionary<string, string> _cxx = [];

    /// <param name="assemblies">The managed assemblies that went into the image; those that are missing are passed over.</param>
    public SymbolNames(IEnumerable<string> assemblies)
    {
        foreach (string assembly in assemblies.Where(File.Exists))
            _types.Add(assembly);
        _managed = new ManagedNames(_types);
    }

    /// <summary>Demangles these C++ names in one go, for <see cref="Readable"/> to know them.</summary>
    public void Prepare(IEnumerable<string> symbols) => _cxx = CxxNames.Demangle(symbols);

    public string Readable(string symbol) =>
        _cxx.TryGetValue(symbol, out string? name) ? name : _managed.Demangle(symbol) ?? symbol;

    public void Dispose() => _types.Dispose();
}
