using System.Text;

namespace MicroLake.ImageTool.Symbols;

/// <summary>The names of a function table, packed: each namespace and type once, and everything by <see cref="PairCode"/>.</summary>
internal sealed class NameTable
{
    private readonly Dictionary<string, uint> _offsets = [];

    public NameTable(IEnumerable<string> names)
    {
        string[] distinct = [.. names.Distinct()];
        string[] owners = [.. distinct.Select(Owner).Distinct()];
        if (owners.Length > ushort.MaxValue)
            throw new InvalidOperationException($"The function table has room for {ushort.MaxValue} namespaces and types, and there are {owners.Length}.");
        PairCode code = PairCode.Of(Texts([.. owners, .. distinct.Select(n => n[Owner(n).Length..])]), SymbolBlob.MaxNameLength);
        var tokenTexts = new MemoryStream();
        foreach (byte[] token in code.Tokens)
        {
            Tokens.Add(((ushort)tokenTexts.Length, (ushort)token.Length));
            tokenTexts.Write(token);
        }

        TokenTexts = tokenTexts.ToArray();
        Packed = Place(owners, distinct, code.Packed);
    }

    /// <summary>Where each owner's name begins.</summary>
    public List<uint> Owners { get; } = [];

    public List<(ushort Offset, ushort Length)> Tokens { get; } = [];

    public byte[] TokenTexts { get; }

    public byte[] Packed { get; }

    /// <summary>Where a function's name begins.</summary>
    public uint Offset(string name) => _offsets[name];

    /// <summary>Namespace and type, with the dot behind them.</summary>
    private static string Owner(string name) => name[..(name.LastIndexOf('.') + 1)];

    private static byte[] Texts(string[] texts) => Encoding.UTF8.GetBytes(string.Concat(texts.Select(t => t + '\0')));

    private byte[] Place(string[] owners, string[] names, byte[] packed)
    {
        var placed = new MemoryStream();
        int at = 0;
        foreach (string _ in owners)
        {
            Owners.Add((uint)placed.Length);
            Copy();
        }

        Dictionary<string, ushort> numbers = owners.Select((owner, number) => (owner, number)).ToDictionary(o => o.owner, o => (ushort)o.number);
        foreach (string name in names)
        {
            _offsets[name] = (uint)placed.Length;
            placed.Write(BitConverter.GetBytes(numbers[Owner(name)]));
            Copy();
        }

        return placed.ToArray();

        void Copy()
        {
            int end = Array.IndexOf(packed, (byte)0, at) + 1;
            placed.Write(packed, at, end - at);
            at = end;
        }
    }
}
