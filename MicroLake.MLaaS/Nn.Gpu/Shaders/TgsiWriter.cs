using System.Globalization;
using System.Text;

namespace MicroLake.Nn.Gpu.Shaders;

/// <summary>
/// Writes a compute shader in TGSI, the text that virglrenderer takes: instructions one a line, and before them what they refer to. Registers have four
/// components; every register of a kind exists once it is named.
/// </summary>
internal sealed class TgsiWriter
{
    /// <summary>Invocations of a block: as many as the vectors of the host's processor have lanes.</summary>
    public const int BlockWidth = 8;

    private const string Components = "xyzw";

    private readonly StringBuilder _body = new();
    private readonly List<(string Kind, string Text)> _immediates = [];
    private readonly SortedDictionary<int, int> _uniforms = [];
    private int _temporaries;
    private int _buffers;

    /// <summary>A new register.</summary>
    public Register Temporary() => new($"TEMP[{_temporaries++}]");

    public Register[] Temporaries(int count)
    {
        var registers = new Register[count];
        for (int i = 0; i < count; i++)
            registers[i] = Temporary();
        return registers;
    }

    /// <summary>A number in all four components.</summary>
    public string Number(float value) => Immediate("FLT32", value.ToString("0.0#########E+0", CultureInfo.InvariantCulture));

    public string Integer(int value) => Immediate("UINT32", value.ToString(CultureInfo.InvariantCulture));

    /// <summary>An element of a uniform buffer at a fixed place.</summary>
    public string Uniform(int slot, int index)
    {
        Use(slot, index);
        return $"CONST[{slot}][{index}]";
    }

    /// <summary>An element of a uniform buffer, so many behind the place that <see cref="PointTo"/> took.</summary>
    /// <param name="slot">Which buffer.</param>
    /// <param name="offset">Elements behind that place.</param>
    /// <param name="last">The last element that this may ever be.</param>
    public string UniformAt(int slot, int offset, int last)
    {
        Use(slot, last);
        return $"CONST[{slot}][ADDR[0].x+{offset}]";
    }

    /// <summary>Makes an integer the place in uniform buffers.</summary>
    public void PointTo(string index) => Do("UARL ADDR[0].x", index);

    public void Do(string target, string a) => Line(target, a);

    public void Do(string target, string a, string b) => Line(target, $"{a}, {b}");

    public void Do(string target, string a, string b, string c) => Line(target, $"{a}, {b}, {c}");

    /// <summary>Reads components of a storage buffer from a byte on.</summary>
    public void Load(string target, int buffer, string address)
    {
        _buffers = Math.Max(_buffers, buffer + 1);
        Line($"LOAD {target}", $"BUFFER[{buffer}], {address}");
    }

    /// <summary>Writes the first components of a register to a storage buffer from a byte on.</summary>
    public void Store(int buffer, int components, string address, Register value)
    {
        _buffers = Math.Max(_buffers, buffer + 1);
        Line($"STORE BUFFER[{buffer}]{Mask(components)}", $"{address}, {value}");
    }

    /// <summary>Repeats what is written until <see cref="EndLoop"/> with the counter in steps, from its value up to a limit.</summary>
    public void BeginLoop(string counter, string limit, Register scratch)
    {
        _ = _body.Append("BGNLOOP\n");
        Line($"USGE {scratch}.x", $"{counter}, {limit}");
        _ = _body.Append("UIF ").Append(scratch).Append(".xxxx\nBRK\nENDIF\n");
    }

    public void EndLoop() => _body.Append("ENDLOOP\n");

    /// <summary>The shader's text.</summary>
    public string Finish()
    {
        var text = new StringBuilder();
        _ = text.Append(CultureInfo.InvariantCulture, $"COMP\nPROPERTY CS_FIXED_BLOCK_WIDTH {BlockWidth}\n");
        _ = text.Append("PROPERTY CS_FIXED_BLOCK_HEIGHT 1\nPROPERTY CS_FIXED_BLOCK_DEPTH 1\nDCL SV[0], THREAD_ID\nDCL SV[1], BLOCK_ID\n");
        foreach ((int slot, int last) in _uniforms)
            _ = text.Append(CultureInfo.InvariantCulture, $"DCL CONST[{slot}][0..{last}]\n");
        for (int i = 0; i < _buffers; i++)
            _ = text.Append(CultureInfo.InvariantCulture, $"DCL BUFFER[{i}]\n");
        _ = text.Append(CultureInfo.InvariantCulture, $"DCL TEMP[0..{_temporaries - 1}]\nDCL ADDR[0]\n");
        for (int i = 0; i < _immediates.Count; i++)
        {
            string value = _immediates[i].Text;
            _ = text.Append(CultureInfo.InvariantCulture, $"IMM[{i}] {_immediates[i].Kind} {{{value}, {value}, {value}, {value}}}\n");
        }

        return text.Append(_body).Append("END\n").ToString();
    }

    /// <summary>As <c>.xy</c> for two; nothing for four.</summary>
    public static string Mask(int components) => components == 4 ? "" : "." + Components[..components];

    private string Immediate(string kind, string text)
    {
        int index = _immediates.IndexOf((kind, text));
        if (index < 0)
        {
            index = _immediates.Count;
            _immediates.Add((kind, text));
        }

        return $"IMM[{index}]";
    }

    private void Use(int slot, int last) => _uniforms[slot] = Math.Max(_uniforms.GetValueOrDefault(slot), last);

    private void Line(string target, string sources) => _body.Append(target).Append(", ").Append(sources).Append('\n');
}
