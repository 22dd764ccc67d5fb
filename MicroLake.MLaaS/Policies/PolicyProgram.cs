using MicroLake.Policies.Helpers;
using MicroLake.Policies.Instructions;
using MicroLake.Policies.Maps;

namespace MicroLake.Policies;

/// <summary>A program with the maps and helpers that it refers to: all that is needed to verify, interpret or compile it.</summary>
public sealed class PolicyProgram
{
    private readonly PolicyMap[] _maps;
    private readonly Dictionary<int, HelperFunction> _helpers;

    private PolicyProgram(string name, Bytecode code, PolicyMap[] maps, Dictionary<int, HelperFunction> helpers)
    {
        Name = name;
        Code = code;
        _maps = maps;
        _helpers = helpers;
    }

    /// <summary>Bytes of stack that each function has (RFC 9669 leaves it open; Linux's number).</summary>
    public const int StackBytes = 512;

    /// <summary>Functions that may be at work at a time, the program itself among them.</summary>
    public const int MaxFrames = 8;

    public string Name { get; }

    public Bytecode Code { get; }

    /// <summary>Binds a program to maps and helpers.</summary>
    /// <param name="name">For messages.</param>
    /// <param name="code">The instructions.</param>
    /// <param name="maps">Those that 64-bit immediates refer to by number.</param>
    /// <param name="helpers">What may be called.</param>
    /// <exception cref="PolicyFormatException">It refers to a map or a helper that is not there.</exception>
    public static PolicyProgram Link(string name, Bytecode code, PolicyMap[] maps, HelperTable helpers)
    {
        var found = new Dictionary<int, HelperFunction>();
        ReadOnlySpan<Instruction> instructions = code.Instructions;
        for (int i = 0; i < instructions.Length; i++)
        {
            Instruction instruction = instructions[i];
            if (instruction.IsWideLoad)
            {
                CheckMap(instruction, instructions[i + 1], i, maps);
                i++;
            }
            else if (instruction.Opcode == Opcode.CallInstruction && instruction.Source == Opcode.CallHelper)
            {
                found[instruction.Immediate] = helpers.Find(instruction.Immediate)
                    ?? throw new PolicyFormatException($"instruction {i}: helper {instruction.Immediate} does not exist here; see microlake.h for those that do");
            }
        }

        return new PolicyProgram(name, code, maps, found);
    }

    /// <summary>Whether it may call a helper.</summary>
    public bool Calls(int helper) => _helpers.ContainsKey(helper);

    internal HelperFunction Helper(int number) => _helpers[number];

    internal PolicyMap Map(int index) => _maps[index];

    /// <summary>What a wide load puts into its register.</summary>
    internal unsafe ulong WideValue(int index)
    {
        Instruction first = Code.Instructions[index];
        int upper = Code.Instructions[index + 1].Immediate;
        return first.Source switch
        {
            Opcode.WideConstant => (uint)first.Immediate | (ulong)(uint)upper << 32,
            Opcode.WideMap or Opcode.WideMapByIndex => (ulong)_maps[first.Immediate].Header,
            _ => (ulong)_maps[first.Immediate].Header->Data + (uint)upper,
        };
    }

    private static void CheckMap(Instruction first, Instruction second, int index, PolicyMap[] maps)
    {
        if (first.Source == Opcode.WideConstant)
            return;
        if ((uint)first.Immediate >= (uint)maps.Length)
            throw new PolicyFormatException($"instruction {index}: it refers to map {first.Immediate}, but there are {maps.Length}; load the program from its ELF file");
        if (first.Source is Opcode.WideMap or Opcode.WideMapByIndex)
            return;
        MapDefinition map = maps[first.Immediate].Definition;
        if (map.Kind != MapKind.Array)
            throw new PolicyFormatException($"instruction {index}: only arrays have values that can be addressed directly, and map '{map.Name}' is none; look the value up");
        if ((uint)second.Immediate >= (uint)map.ValueBytes)
            throw new PolicyFormatException($"instruction {index}: offset {(uint)second.Immediate} is outside of the {map.ValueBytes} bytes of a value of map '{map.Name}'");
    }
}
