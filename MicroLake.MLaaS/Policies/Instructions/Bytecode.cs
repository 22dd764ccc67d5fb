namespace MicroLake.Policies.Instructions;

/// <summary>
/// Instructions that are all of RFC 9669, with every jump and call going to an instruction of the right function, and no way past the end. What
/// they do to memory is not known yet: that is the verifier's subject.
/// </summary>
public sealed class Bytecode
{
    private readonly Instruction[] _instructions;
    private readonly int[] _functions;

    private Bytecode(Instruction[] instructions, int[] functions)
    {
        _instructions = instructions;
        _functions = functions;
    }

    /// <summary>More slots than any policy has.</summary>
    public const int MaxSlots = 65_536;

    public ReadOnlySpan<Instruction> Instructions => _instructions;

    /// <summary>First slots of the functions, rising; 0, where the program starts, is the first.</summary>
    public ReadOnlySpan<int> Functions => _functions;

    /// <summary>Checks instructions, and takes them over.</summary>
    /// <exception cref="PolicyFormatException">One is none, or leads nowhere.</exception>
    public static Bytecode Check(Instruction[] instructions) => new(instructions, BytecodeChecker.Check(instructions));

    /// <summary>Which of <see cref="Functions"/> a slot belongs to.</summary>
    internal int FunctionOf(int slot)
    {
        int found = Array.BinarySearch(_functions, slot);
        return found >= 0 ? found : ~found - 1;
    }

    internal int FunctionEnd(int function) => function + 1 < _functions.Length ? _functions[function + 1] : _instructions.Length;
}
