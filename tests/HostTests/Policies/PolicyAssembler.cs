using System.Globalization;
using System.Text.RegularExpressions;
using MicroLake.Policies.Instructions;

namespace MicroLake.HostTests.Policies;

/// <summary>
/// Programs as text, in the syntax that llvm-objdump prints, with labels and remarks ("; ..."). Map references are written
/// "r1 = map 0" and "r1 = value of map 0 + 8".
/// </summary>
internal static partial class PolicyAssembler
{
    private static readonly Dictionary<string, int> s_arithmetic = new()
    {
        ["+"] = 0x00,
        ["-"] = 0x10,
        ["*"] = 0x20,
        ["/"] = 0x30,
        ["|"] = 0x40,
        ["&"] = 0x50,
        ["<<"] = 0x60,
        [">>"] = 0x70,
        ["%"] = 0x90,
        ["^"] = 0xA0,
        [""] = 0xB0,
        ["s>>"] = 0xC0,
        ["s/"] = 0x30,
        ["s%"] = 0x90,
    };

    private static readonly Dictionary<string, int> s_comparisons = new()
    {
        ["=="] = 0x10,
        [">"] = 0x20,
        [">="] = 0x30,
        ["&"] = 0x40,
        ["!="] = 0x50,
        ["s>"] = 0x60,
        ["s>="] = 0x70,
        ["<"] = 0xA0,
        ["<="] = 0xB0,
        ["s<"] = 0xC0,
        ["s<="] = 0xD0,
    };

    private static readonly Dictionary<string, int> s_atomics = new() { ["add"] = 0x00, ["or"] = 0x40, ["and"] = 0x50, ["xor"] = 0xA0 };

    public static Instruction[] Assemble(string text)
    {
        var code = new List<Instruction>();
        var labels = new Dictionary<string, int>();
        var uses = new List<(int At, string Label)>();
        foreach (string raw in text.Split('\n'))
        {
            string line = raw.Split(';')[0].Trim();
            if (line.Length == 0)
                continue;
            if (line.EndsWith(':'))
                labels.Add(line[..^1], code.Count);
            else
                code.AddRange(One(line, code.Count, uses));
        }

        foreach ((int at, string label) in uses)
        {
            int distance = label[0] is '+' or '-' ? int.Parse(label, CultureInfo.InvariantCulture) : labels[label] - at - 1;
            Instruction i = code[at];
            bool inImmediate = i.Opcode is 0x06 or 0x85;
            code[at] = new(i.Opcode, i.Destination, i.Source, inImmediate ? 0 : distance, inImmediate ? distance : i.Immediate);
        }

        return [.. code];
    }

    private static Instruction[] One(string line, int at, List<(int At, string Label)> uses)
    {
        Match m;
        if (line == "exit")
            return [new(0x95, 0, 0, 0, 0)];
        if ((m = Raw().Match(line)).Success)
            return [new(ulong.Parse(m.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
        if ((m = Goto().Match(line)).Success)
        {
            uses.Add((at, m.Groups[2].Value));
            return [new(m.Groups[1].Value == "l" ? 0x06 : 0x05, 0, 0, 0, 0)];
        }

        if ((m = LocalCall().Match(line)).Success)
        {
            uses.Add((at, m.Groups[1].Value));
            return [new(0x85, 0, 1, 0, 0)];
        }

        if ((m = HelperCall().Match(line)).Success)
            return [new(0x85, 0, 0, 0, (int)Number(m.Groups[1].Value))];
        if ((m = If().Match(line)).Success)
        {
            uses.Add((at, m.Groups[5].Value));
            return [WithOperand(s_comparisons[m.Groups[3].Value] | (m.Groups[1].Value == "r" ? 5 : 6), Register(m.Groups[2]), 0, m.Groups[4].Value)];
        }

        if ((m = WideMap().Match(line)).Success)
            return [new(0x18, Register(m.Groups[1]), 1, 0, (int)Number(m.Groups[2].Value)), new(0)];
        if ((m = WideValue().Match(line)).Success)
            return [new(0x18, Register(m.Groups[1]), 2, 0, (int)Number(m.Groups[2].Value)), new(0, 0, 0, 0, (int)Number(m.Groups[3].Value))];
        if ((m = WideConstant().Match(line)).Success)
        {
            long value = Number(m.Groups[2].Value);
            return [new(0x18, Register(m.Groups[1]), 0, 0, (int)value), new(0, 0, 0, 0, (int)(value >> 32))];
        }

        if ((m = Atomic().Match(line)).Success)
            return [new(Size(m.Groups[3].Value) | 0xC3, Register(m.Groups[4]), Register(m.Groups[6]), Offset(m.Groups[5].Value),
                s_atomics[m.Groups[2].Value] | (m.Groups[1].Value == "lock " ? 0 : 1))];
        if ((m = Exchange().Match(line)).Success)
            return [new((m.Groups[2].Value == "_64" ? 0x18 : 0) | 0xC3, Register(m.Groups[3]), Register(m.Groups[5]), Offset(m.Groups[4].Value),
                m.Groups[1].Value == "" ? 0xE1 : 0xF1)];
        if ((m = Load().Match(line)).Success)
            return [new(Size(m.Groups[3].Value) | (m.Groups[2].Value == "s" ? 0x81 : 0x61), Register(m.Groups[1]), Register(m.Groups[4]), Offset(m.Groups[5].Value), 0)];
        if ((m = Store().Match(line)).Success)
        {
            int size = Size(m.Groups[1].Value), offset = Offset(m.Groups[3].Value);
            string value = m.Groups[4].Value;
            return value[0] is 'r' or 'w'
                ? [new(size | 0x63, Register(m.Groups[2]), int.Parse(value[1..], CultureInfo.InvariantCulture), offset, 0)]
                : [new(size | 0x62, Register(m.Groups[2]), 0, offset, (int)Number(value))];
        }

        if ((m = Swap().Match(line)).Success)
            return [new(m.Groups[2].Value switch { "le" => 0xD4, "be" => 0xDC, _ => 0xD7 }, Register(m.Groups[1]), 0, 0, (int)Number(m.Groups[3].Value))];
        if ((m = Negate().Match(line)).Success)
            return [new(m.Groups[1].Value == "r" ? 0x87 : 0x84, Register(m.Groups[2]), 0, 0, 0)];
        if ((m = Extend().Match(line)).Success)
            return [new(m.Groups[1].Value == "r" ? 0xBF : 0xBC, Register(m.Groups[2]), Register(m.Groups[4]), (int)Number(m.Groups[3].Value), 0)];
        if ((m = Arithmetic().Match(line)).Success)
        {
            string operation = m.Groups[3].Value;
            int isSigned = operation is "s/" or "s%" ? 1 : 0;
            return [WithOperand(s_arithmetic[operation] | (m.Groups[1].Value == "r" ? 7 : 4), Register(m.Groups[2]), isSigned, m.Groups[4].Value)];
        }

        throw new FormatException($"'{line}' is no instruction");
    }

    private static Instruction WithOperand(int opcode, int destination, int offset, string operand) =>
        operand[0] is 'r' or 'w'
            ? new(opcode | 8, destination, int.Parse(operand[1..], CultureInfo.InvariantCulture), offset, 0)
            : new(opcode, destination, 0, offset, (int)Number(operand));

    private static int Register(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);

    private static int Size(string bits) => bits switch { "8" => 0x10, "16" => 0x08, "32" => 0x00, _ => 0x18 };

    private static int Offset(string text) => text.Length == 0 ? 0 : (int)Number(text.Replace(" ", ""));

    private static long Number(string text)
    {
        bool isNegative = text[0] == '-';
        string digits = text.TrimStart('-', '+');
        long value = digits.StartsWith("0x", StringComparison.Ordinal)
            ? (long)ulong.Parse(digits[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)
            : (long)ulong.Parse(digits, CultureInfo.InvariantCulture);
        return isNegative ? -value : value;
    }

    [GeneratedRegex(@"^raw ([0-9a-f]{16})$")]
    private static partial Regex Raw();

    [GeneratedRegex(@"^goto(l?) (\S+)$")]
    private static partial Regex Goto();

    [GeneratedRegex(@"^call pc([+-]\d+)$|^call (?!\d)(?<1>\w+)$")]
    private static partial Regex LocalCall();

    [GeneratedRegex(@"^call (\d+)$")]
    private static partial Regex HelperCall();

    [GeneratedRegex(@"^if ([rw])(\d+) (\S+) (\S+) goto (\S+)$")]
    private static partial Regex If();

    [GeneratedRegex(@"^r(\d+) = map (\d+)$")]
    private static partial Regex WideMap();

    [GeneratedRegex(@"^r(\d+) = value of map (\d+) \+ (\d+)$")]
    private static partial Regex WideValue();

    [GeneratedRegex(@"^r(\d+) = (\S+) ll$")]
    private static partial Regex WideConstant();

    [GeneratedRegex(@"^(lock |[rw]\d+ = atomic_fetch_)(add|or|and|xor)\(\*\(u(32|64) \*\)\(r(\d+)( ?[+-] ?\d+)?\), [rw](\d+)\)$")]
    private static partial Regex Atomic();

    [GeneratedRegex(@"^[rw]\d+ = (cmp|)xchg(_64|32_32)\(r(\d+)( ?[+-] ?\d+)?,(?: [rw]0,)? [rw](\d+)\)$")]
    private static partial Regex Exchange();

    [GeneratedRegex(@"^r(\d+) = \*\(([us])(8|16|32|64) \*\)\(r(\d+)( ?[+-] ?\d+)?\)$")]
    private static partial Regex Load();

    [GeneratedRegex(@"^\*\(u(8|16|32|64) \*\)\(r(\d+)( ?[+-] ?\d+)?\) = (\S+)$")]
    private static partial Regex Store();

    [GeneratedRegex(@"^r(\d+) = (le|be|bswap)(16|32|64) r\d+$")]
    private static partial Regex Swap();

    [GeneratedRegex(@"^([rw])(\d+) = -[rw]\d+$")]
    private static partial Regex Negate();

    [GeneratedRegex(@"^([rw])(\d+) = \(s(8|16|32)\)[rw](\d+)$")]
    private static partial Regex Extend();

    [GeneratedRegex(@"^([rw])(\d+) (\S*)= (\S+)$")]
    private static partial Regex Arithmetic();
}
