using MicroLake.Policies.Instructions;

namespace MicroLake.HostTests.Policies;

/// <summary>Seeded programs that <see cref="Bytecode.Check"/> accepts, with the instructions that mistakes like.</summary>
internal sealed class RandomPrograms(Random random)
{
    private static readonly int[] s_edges = [0, 1, -1, 2, 7, 8, 31, 32, 33, 63, 64, 255, 256, -8, int.MinValue, int.MaxValue, 0x7FFF, 0x8000];
    private static readonly int[] s_arithmetic = [0x00, 0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0x80, 0x90, 0xA0, 0xB0, 0xC0, 0xD0];
    private static readonly int[] s_comparisons = [0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0xA0, 0xB0, 0xC0, 0xD0];
    private static readonly int[] s_atomics = [0x00, 0x40, 0x50, 0xA0, 0x01, 0x41, 0x51, 0xA1, 0xE1, 0xF1];
    private static readonly int[] s_sizes = [0x00, 0x08, 0x10, 0x18];

    /// <summary>Anything: memory is accessed near r1 and r10, and now and then somewhere else.</summary>
    public Instruction[] Any(int memoryBytes)
    {
        var code = new List<Instruction>();
        for (int r = 0; r < 10; r++)
            if (r is not (1 or 2) && random.Next(3) > 0)
                code.AddRange(Constant(r));
        int length = 4 + random.Next(40);
        for (int i = 0; i < length; i++)
            code.AddRange(One(memoryBytes));
        code.Add(new(0x95, 0, 0, 0, 0));
        return WithJumps(code);
    }

    private IEnumerable<Instruction> One(int memoryBytes)
    {
        switch (random.Next(20))
        {
            case < 9:
                return [Arithmetic()];
            case < 11:
                return Constant(random.Next(10));
            case < 13:
                return [Place(0x61 | Size(), random.Next(10), Base(out int from, memoryBytes), from, 0)];
            case 13:
                return [Place(0x81 | s_sizes[random.Next(3)], random.Next(10), Base(out int signedFrom, memoryBytes), signedFrom, 0)];
            case < 16:
                return [Place(0x63 | Size(), Base(out int to, memoryBytes), random.Next(10), to, 0)];
            case 16:
                return [Place(0x62 | Size(), Base(out int constantTo, memoryBytes), 0, constantTo, Edge())];
            case 17:
                return [Place(0xC3 | (random.Next(2) * 0x18), Base(out int atomicTo, memoryBytes), random.Next(10), atomicTo & ~7, s_atomics[random.Next(s_atomics.Length)])];
            default:
                bool isRegister = random.Next(2) == 0;
                return [new(s_comparisons[random.Next(s_comparisons.Length)] | (isRegister ? 8 : 0) | 5 + random.Next(2), random.Next(10), isRegister ? random.Next(10) : 0, 0, isRegister ? 0 : Edge())];
        }
    }

    private static Instruction Place(int opcode, int destination, int source, int offset, int immediate) => new(opcode, destination, source, offset, immediate);

    private int Size() => s_sizes[random.Next(4)];

    private int Base(out int offset, int memoryBytes)
    {
        bool isStack = random.Next(2) == 0;
        offset = isStack ? -8 * (1 + random.Next(8)) : random.Next(memoryBytes - 7);
        return random.Next(60) == 0 ? random.Next(10) : isStack ? 10 : 1;
    }

    private Instruction Arithmetic()
    {
        int code = s_arithmetic[random.Next(s_arithmetic.Length)], width = random.Next(2) == 0 ? 7 : 4;
        // r1 stays the address of memory, most of the time.
        int destination = random.Next(40) == 0 ? 1 : Other(1);
        switch (code)
        {
            case 0x80:
                return new(code | width, destination, 0, 0, 0);
            case 0xD0:
                return new(code | width | (width == 4 ? random.Next(2) * 8 : 0), destination, 0, 0, 16 << random.Next(3));
        }

        bool isRegister = random.Next(2) == 0;
        int offset = code is 0x30 or 0x90 ? random.Next(2) : code == 0xB0 && isRegister ? new[] { 0, 8, 16, width == 7 ? 32 : 0 }[random.Next(4)] : 0;
        return new(code | width | (isRegister ? 8 : 0), destination, isRegister ? random.Next(11) : 0, offset, isRegister ? 0 : Edge());
    }

    private int Other(int register)
    {
        int r = random.Next(9);
        return r >= register ? r + 1 : r;
    }

    private IEnumerable<Instruction> Constant(int register)
    {
        if (register == 1)
            register = 0;
        if (random.Next(3) > 0)
            return [new(0xB7, register, 0, 0, Edge())];
        long value = random.Next(2) == 0 ? random.NextInt64() : Edge() * (long)int.MaxValue;
        return [new(0x18, register, 0, 0, (int)value), new(0, 0, 0, 0, (int)(value >> 32))];
    }

    private int Edge() => random.Next(4) == 0 ? random.Next(int.MinValue, int.MaxValue) : s_edges[random.Next(s_edges.Length)];

    /// <summary>Gives jumps a target: mostly forward, never into the second half of a wide load.</summary>
    private Instruction[] WithJumps(List<Instruction> code)
    {
        var starts = new List<int>();
        for (int i = 0; i < code.Count; i++)
        {
            starts.Add(i);
            if (code[i].Opcode == 0x18)
                i++;
        }

        for (int s = 0; s < starts.Count; s++)
        {
            int at = starts[s];
            Instruction i = code[at];
            if ((i.Opcode & 7) is not (5 or 6) || i.Opcode == 0x95)
                continue;
            int target = random.Next(12) == 0 ? starts[random.Next(starts.Count)] : starts[Math.Min(starts.Count - 1, s + 1 + random.Next(6))];
            code[at] = new(i.Opcode, i.Destination, i.Source, target - at - 1, i.Immediate);
        }

        return [.. code];
    }
}
