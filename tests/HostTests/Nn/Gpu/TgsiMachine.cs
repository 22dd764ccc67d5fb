using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using MicroLake.HostTests.Drivers.Fakes;

namespace MicroLake.HostTests.Nn.Gpu;

/// <summary>Runs compute shaders in TGSI, written from Mesa's description of it and apart from what generates them: one invocation after the other.</summary>
internal sealed partial class TgsiMachine
{
    private enum Kind
    {
        Temporary,
        Address,
        System,
        Immediate,
        Constant,
        Buffer,
    }

    private readonly record struct Operand(Kind Kind, int Slot, int Index, bool IsIndirect, int[] Components);

    private readonly record struct Instruction(string Code, Operand[] Operands);

    private readonly List<Instruction> _code = [];
    private readonly List<uint[]> _immediates = [];
    private readonly Dictionary<int, int> _constants = [];
    private readonly HashSet<int> _buffers = [];
    private readonly int _blockWidth;
    private readonly int _temporaries;

    private TgsiMachine(string text)
    {
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines[0] != "COMP" || lines[^1] != "END")
            throw new FormatException("not a compute shader");
        foreach (string line in lines[1..^1])
        {
            string[] words = line.Split(' ', 3);
            switch (words[0])
            {
                case "PROPERTY":
                    string[] property = line.Split(' ');
                    _blockWidth = property[1] == "CS_FIXED_BLOCK_WIDTH" ? int.Parse(property[2], CultureInfo.InvariantCulture) : _blockWidth;
                    break;
                case "IMM":
                case var _ when words[0].StartsWith("IMM[", StringComparison.Ordinal):
                    _immediates.Add(Numbers(line));
                    break;
                case "DCL":
                    Match declared = Declaration().Match(line);
                    if (declared.Groups[1].Value == "TEMP")
                        _temporaries = int.Parse(declared.Groups[4].Value, CultureInfo.InvariantCulture) + 1;
                    else if (declared.Groups[1].Value == "CONST")
                        _constants[int.Parse(declared.Groups[2].Value, CultureInfo.InvariantCulture)] = int.Parse(declared.Groups[4].Value, CultureInfo.InvariantCulture) + 1;
                    else if (declared.Groups[1].Value == "BUFFER")
                        _buffers.Add(int.Parse(declared.Groups[2].Value, CultureInfo.InvariantCulture));
                    break;
                default:
                    string rest = line.Contains(' ', StringComparison.Ordinal) ? line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..] : "";
                    _code.Add(new Instruction(words[0], [.. rest.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(Parse)]));
                    break;
            }
        }
    }

    private static readonly Dictionary<string, TgsiMachine> s_machines = [];

    /// <summary>What <see cref="FakeGpu.Compute"/> takes.</summary>
    public static void Run(FakeGpuLaunch launch)
    {
        TgsiMachine? machine;
        lock (s_machines)
            if (!s_machines.TryGetValue(launch.Shader, out machine))
                s_machines[launch.Shader] = machine = new TgsiMachine(launch.Shader);
        if (machine._blockWidth != launch.BlockWidth)
            throw new FormatException("the launch has another block than the shader");
        foreach ((int slot, int elements) in machine._constants)
            if (elements * 16 > launch.Uniforms[(uint)slot].Length)
                throw new FormatException($"CONST[{slot}] is longer than what is bound");
        for (int y = 0; y < launch.Rows; y++)
            for (int x = 0; x < launch.Columns; x++)
                for (int thread = 0; thread < launch.BlockWidth; thread++)
                    machine.Invoke(launch, thread, x, y);
    }

    private void Invoke(FakeGpuLaunch launch, int thread, int x, int y)
    {
        uint[] temporaries = new uint[_temporaries * 4];
        uint[] address = new uint[4];
        uint[] system = [(uint)thread, 0, 0, 0, (uint)x, (uint)y, 0, 0];
        Span<uint> results = stackalloc uint[4];
        var loops = new Stack<int>();
        for (int at = 0; at < _code.Count; at++)
        {
            Instruction i = _code[at];
            switch (i.Code)
            {
                case "BGNLOOP":
                    loops.Push(at);
                    continue;
                case "ENDLOOP":
                    at = loops.Peek();
                    continue;
                case "BRK":
                    at = _code.FindIndex(at, c => c.Code == "ENDLOOP");
                    _ = loops.Pop();
                    continue;
                case "UIF":
                    if (Read(i.Operands[0], 0) == 0)
                        at = _code.FindIndex(at, c => c.Code == "ENDIF");
                    continue;
                case "ENDIF":
                    continue;
                case "LOAD":
                    uint from = Read(i.Operands[2], 0);
                    foreach (int c in i.Operands[0].Components)
                        temporaries[i.Operands[0].Index * 4 + c] = BufferWord(launch, i.Operands[1].Slot, from + (uint)c * 4) is { IsEmpty: false } word ? MemoryMarshal.Read<uint>(word) : 0;
                    continue;
                case "STORE":
                    uint to = Read(i.Operands[1], 0);
                    foreach (int c in i.Operands[0].Components)
                        if (BufferWord(launch, i.Operands[0].Slot, to + (uint)c * 4) is { IsEmpty: false } word)
                            MemoryMarshal.Write(word, Read(i.Operands[2], c));
                    continue;
            }

            if (i.Code is "F2D" or "D2F" or "DMAD")
            {
                if (i.Code == "D2F")
                {
                    temporaries[i.Operands[0].Index * 4 + i.Operands[0].Components.Single()] = B((float)Double(i.Operands[1]));
                    continue;
                }

                if (i.Operands[0].Components is not [0, 1])
                    throw new FormatException("a number in float64 is in the first two components here");
                double number = i.Code == "F2D" ? F(Read(i.Operands[1], 0)) : Double(i.Operands[1]) * Double(i.Operands[2]) + Double(i.Operands[3]);
                ulong bits = BitConverter.DoubleToUInt64Bits(number);
                temporaries[i.Operands[0].Index * 4] = (uint)bits;
                temporaries[i.Operands[0].Index * 4 + 1] = (uint)(bits >> 32);
                continue;
            }

            uint[] target = i.Operands[0].Kind == Kind.Address ? address : temporaries;
            foreach (int c in i.Operands[0].Components)
                results[c] = Compute(i.Code, Read(i.Operands[1], c), i.Operands.Length > 2 ? Read(i.Operands[2], c) : 0, i.Operands.Length > 3 ? Read(i.Operands[3], c) : 0);
            foreach (int c in i.Operands[0].Components)
                target[i.Operands[0].Index * 4 + c] = results[c];
        }

        double Double(Operand o) => BitConverter.UInt64BitsToDouble(Read(o, 0) | (ulong)Read(o, 1) << 32);

        uint Read(Operand o, int component)
        {
            int c = o.Components[component];
            switch (o.Kind)
            {
                case Kind.Temporary:
                    return temporaries[o.Index * 4 + c];
                case Kind.System:
                    return system[o.Index * 4 + c];
                case Kind.Immediate:
                    return _immediates[o.Index][c];
                case Kind.Constant:
                    int element = o.Index + (o.IsIndirect ? (int)address[0] : 0);
                    if (element >= _constants[o.Slot])
                        throw new FormatException($"CONST[{o.Slot}][{element}] was not declared");
                    FakeGpuBinding bound = launch.Uniforms[(uint)o.Slot];
                    return MemoryMarshal.Read<uint>(bound.Resource.Content.AsSpan(bound.Offset + element * 16 + c * 4));
                default:
                    throw new FormatException($"{o.Kind} is no source");
            }
        }
    }

    private static uint Compute(string code, uint a, uint b, uint c) => code switch
    {
        "MOV" or "UARL" => a,
        "MAD" => B(F(a) * F(b) + F(c)),
        "ADD" => B(F(a) + F(b)),
        "MUL" => B(F(a) * F(b)),
        "MAX" => B(F(a) > F(b) ? F(a) : F(b)),
        "MIN" => B(F(a) < F(b) ? F(a) : F(b)),
        "FLR" => B(MathF.Floor(F(a))),
        "RCP" => B(1 / F(a)),
        "CMP" => F(a) < 0 ? b : c,
        "F2I" => (uint)(int)F(a),
        "UADD" => a + b,
        "UMUL" => a * b,
        "UMAD" => a * b + c,
        "SHL" => a << (int)b,
        "USGE" => a >= b ? uint.MaxValue : 0,
        _ => throw new FormatException($"no instruction {code}"),
    };

    private static float F(uint bits) => BitConverter.UInt32BitsToSingle(bits);

    private static uint B(float value) => BitConverter.SingleToUInt32Bits(value);

    /// <summary>Nothing outside of what is bound is read or written.</summary>
    private Span<byte> BufferWord(FakeGpuLaunch launch, int slot, uint at)
    {
        if (!_buffers.Contains(slot) || at % 4 != 0)
            throw new FormatException($"BUFFER[{slot}] at {at}");
        FakeGpuBinding bound = launch.Storage[(uint)slot];
        return at + 4 <= bound.Length ? bound.Resource.Content.AsSpan(bound.Offset + (int)at, 4) : default;
    }

    private static Operand Parse(string text)
    {
        Match m = Named().Match(text);
        if (!m.Success)
            throw new FormatException($"no operand: {text}");
        Kind kind = m.Groups[1].Value switch
        {
            "TEMP" => Kind.Temporary,
            "ADDR" => Kind.Address,
            "SV" => Kind.System,
            "IMM" => Kind.Immediate,
            "CONST" => Kind.Constant,
            "BUFFER" => Kind.Buffer,
            var other => throw new FormatException(other),
        };
        int first = int.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture);
        bool isIndirect = m.Groups[3].Value.StartsWith("ADDR[0].x+", StringComparison.Ordinal);
        int second = m.Groups[3].Success ? int.Parse(m.Groups[3].Value.Replace("ADDR[0].x+", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) : 0;
        string components = m.Groups[4].Success ? m.Groups[4].Value : "xyzw";
        return new Operand(kind, first, kind == Kind.Constant ? second : first, isIndirect, [.. components.Select(c => "xyzw".IndexOf(c, StringComparison.Ordinal))]);
    }

    private static uint[] Numbers(string line)
    {
        bool isFloat = line.Contains("FLT32", StringComparison.Ordinal);
        string[] parts = line[(line.IndexOf('{', StringComparison.Ordinal) + 1)..line.IndexOf('}', StringComparison.Ordinal)].Split(", ");
        return [.. parts.Select(p => isFloat ? BitConverter.SingleToUInt32Bits(float.Parse(p, CultureInfo.InvariantCulture)) : uint.Parse(p, CultureInfo.InvariantCulture))];
    }

    [GeneratedRegex(@"^DCL (\w+)\[(\d+)(?:\]\[)?(\d+)?(?:\.\.(\d+))?\]")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^(\w+)\[(\d+)\](?:\[([^\]]+(?:\]\.x\+\d+)?)\])?(?:\.([xyzw]+))?$")]
    private static partial Regex Named();
}
