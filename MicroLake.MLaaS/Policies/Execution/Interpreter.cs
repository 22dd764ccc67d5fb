using MicroLake.Policies.Helpers;
using MicroLake.Policies.Instructions;

namespace MicroLake.Policies.Execution;

/// <summary>
/// Runs programs instruction by instruction as RFC 9669 describes them: the reference that compiled code is held to. Every access is checked against
/// the memory that was granted, so a program that nobody verified ends in a <see cref="PolicyFaultException"/> at worst.
/// </summary>
public sealed unsafe class Interpreter
{
    private readonly PolicyProgram _program;
    private readonly CheckedMemory _memory;
    private readonly ulong[] _registers = new ulong[Instruction.Registers];
    private readonly ulong[] _saved = new ulong[PolicyProgram.MaxFrames * SavedPerFrame];
    private readonly IHelperCalls? _calls;
    private readonly InitialisationTracker? _tracker;
    private int _frame;

    // r6 to r9, and where the caller goes on.
    private const int SavedPerFrame = 5;
    private const int FirstKept = 6;

    /// <param name="program">What to run.</param>
    /// <param name="memory">What it may access. Values of maps are granted as helpers return them.</param>
    /// <param name="isStrict">Reading a register or a byte of stack that was not written is a fault, too: verified programs never do it.</param>
    /// <param name="calls">Who answers calls of helpers; null: the helpers themselves.</param>
    public Interpreter(PolicyProgram program, CheckedMemory memory, bool isStrict = false, IHelperCalls? calls = null)
    {
        _program = program;
        _memory = memory;
        _calls = calls;
        _tracker = isStrict ? new InitialisationTracker(memory) : null;
    }

    /// <summary>Runs the program with two arguments and returns r0.</summary>
    /// <param name="r1">Its first argument, as a rule an address.</param>
    /// <param name="r2">Its second.</param>
    /// <param name="budget">How many instructions it may take.</param>
    /// <exception cref="PolicyFaultException">It did what it may not.</exception>
    public ulong Run(ulong r1, ulong r2, long budget)
    {
        Array.Clear(_registers);
        new Span<byte>((void*)_memory.StackLow, CheckedMemory.StackBytes).Clear();
        _registers[1] = r1;
        _registers[2] = r2;
        _registers[Instruction.FramePointer] = _memory.StackTop;
        _frame = 0;
        _tracker?.Start();
        ReadOnlySpan<Instruction> code = _program.Code.Instructions;
        for (int at = 0; ;)
        {
            if (budget-- <= 0)
                throw OutOfBudget(at);
            Instruction instruction = code[at];
            _tracker?.Before(instruction, at, _program);
            switch (instruction.Class)
            {
                case Opcode.Ld:
                    _registers[instruction.Destination] = _program.WideValue(at);
                    GrantMapValue(instruction);
                    at += 2;
                    break;
                case Opcode.Ldx:
                    Load(instruction, at++);
                    break;
                case Opcode.St:
                    Store(instruction, at++, (ulong)instruction.Immediate);
                    break;
                case Opcode.Stx:
                    if (instruction.Mode == Opcode.ModeAtomic)
                        Atomic(instruction, at++);
                    else
                        Store(instruction, at++, _registers[instruction.Source]);
                    break;
                case Opcode.Alu or Opcode.Alu64:
                    _registers[instruction.Destination] = Arithmetic.Compute(instruction, _registers[instruction.Destination], Operand(instruction));
                    at++;
                    break;
                default:
                    at = Jump(instruction, at);
                    if (at < 0)
                        return _registers[0];
                    break;
            }
        }
    }

    private ulong Operand(Instruction instruction) =>
        instruction.UsesSourceRegister ? _registers[instruction.Source] : (ulong)instruction.Immediate;

    /// <summary>Index of the next instruction, or -1 at the end of the program.</summary>
    private int Jump(Instruction instruction, int at)
    {
        if (instruction.IsJumpAlways)
            return (int)instruction.Target(at);
        if (instruction.IsExit)
            return Return();
        if (instruction.Code != Opcode.Call)
            return Arithmetic.Holds(instruction, _registers[instruction.Destination], Operand(instruction)) ? (int)instruction.Target(at) : at + 1;
        if (instruction.Source == Opcode.CallLocal)
            return Enter(instruction, at);
        HelperFunction helper = _program.Helper(instruction.Immediate);
        Span<ulong> r = _registers;
        ulong map = r[1];
        r[0] = _calls?.Call(helper, r[1], r[2], r[3], r[4], r[5]) ?? helper.Call(r[1], r[2], r[3], r[4], r[5]);
        for (int i = 0; i < helper.Arguments.Length; i++)
            if (helper.Arguments[i] == HelperArgument.WritableMemory)
                _tracker?.WrittenByHelper(r[1 + i], r[2 + i]);
        // What a helper leaves in r1 to r5 is nobody's business; zero is what checked code finds there, too.
        r.Slice(1, HelperFunction.MaxArguments).Clear();
        if (helper.Result == HelperResult.MapValueOrNull && r[0] != 0)
            _memory.Grant(new MemoryRegion(r[0], (ulong)((Maps.MapHeader*)map)->ValueBytes, isWritable: true));
        return at + 1;
    }

    private int Enter(Instruction instruction, int at)
    {
        if (_frame + 1 == PolicyProgram.MaxFrames)
            throw TooDeep(at);
        Span<ulong> saved = _saved.AsSpan(_frame * SavedPerFrame, SavedPerFrame);
        _registers.AsSpan(FirstKept, SavedPerFrame - 1).CopyTo(saved);
        saved[^1] = (ulong)at + 1;
        _frame++;
        _registers[Instruction.FramePointer] -= PolicyProgram.StackBytes;
        new Span<byte>((void*)(_registers[Instruction.FramePointer] - PolicyProgram.StackBytes), PolicyProgram.StackBytes).Clear();
        _tracker?.Enter(_frame);
        return (int)instruction.Target(at);
    }

    private int Return()
    {
        if (_frame == 0)
            return -1;
        _frame--;
        ReadOnlySpan<ulong> saved = _saved.AsSpan(_frame * SavedPerFrame, SavedPerFrame);
        saved[..^1].CopyTo(_registers.AsSpan(FirstKept));
        _registers[Instruction.FramePointer] += PolicyProgram.StackBytes;
        _tracker?.Leave(_frame);
        return (int)saved[^1];
    }

    private void Load(Instruction instruction, int at)
    {
        ulong address = Address(instruction, instruction.Source, at, isWrite: false);
        bool isSigned = instruction.Mode == Opcode.ModeMemorySigned;
        _registers[instruction.Destination] = instruction.AccessBytes switch
        {
            1 => isSigned ? (ulong)*(sbyte*)address : *(byte*)address,
            2 => isSigned ? (ulong)*(short*)address : *(ushort*)address,
            4 => isSigned ? (ulong)*(int*)address : *(uint*)address,
            _ => *(ulong*)address,
        };
    }

    private void Store(Instruction instruction, int at, ulong value)
    {
        ulong address = Address(instruction, instruction.Destination, at, isWrite: true);
        switch (instruction.AccessBytes)
        {
            case 1:
                *(byte*)address = (byte)value;
                break;
            case 2:
                *(ushort*)address = (ushort)value;
                break;
            case 4:
                *(uint*)address = (uint)value;
                break;
            default:
                *(ulong*)address = value;
                break;
        }
    }

    private void Atomic(Instruction instruction, int at)
    {
        ulong address = Address(instruction, instruction.Destination, at, isWrite: true);
        ulong operand = _registers[instruction.Source];
        ulong old = instruction.AccessBytes == 8
            ? Atomic64(instruction, ref *(ulong*)address, operand)
            : Atomic32(instruction, ref *(uint*)address, (uint)operand);
        if (instruction.Immediate == Opcode.CompareExchange)
            _registers[0] = old;
        else if ((instruction.Immediate & Opcode.Fetch) != 0)
            _registers[instruction.Source] = old;
    }

    private ulong Atomic64(Instruction instruction, ref ulong place, ulong operand) => instruction.Immediate switch
    {
        Opcode.Exchange => Interlocked.Exchange(ref place, operand),
        Opcode.CompareExchange => Interlocked.CompareExchange(ref place, operand, _registers[0]),
        _ => (instruction.Immediate & ~Opcode.Fetch) switch
        {
            Opcode.Add => Interlocked.Add(ref place, operand) - operand,
            Opcode.Or => Interlocked.Or(ref place, operand),
            Opcode.And => Interlocked.And(ref place, operand),
            _ => ExclusiveOr(ref place, operand),
        },
    };

    private uint Atomic32(Instruction instruction, ref uint place, uint operand) => instruction.Immediate switch
    {
        Opcode.Exchange => Interlocked.Exchange(ref place, operand),
        Opcode.CompareExchange => Interlocked.CompareExchange(ref place, operand, (uint)_registers[0]),
        _ => (instruction.Immediate & ~Opcode.Fetch) switch
        {
            Opcode.Add => Interlocked.Add(ref place, operand) - operand,
            Opcode.Or => Interlocked.Or(ref place, operand),
            Opcode.And => Interlocked.And(ref place, operand),
            _ => ExclusiveOr(ref place, operand),
        },
    };

    private static ulong ExclusiveOr(ref ulong place, ulong operand)
    {
        for (; ; )
        {
            ulong old = Volatile.Read(ref place);
            if (Interlocked.CompareExchange(ref place, old ^ operand, old) == old)
                return old;
        }
    }

    private static uint ExclusiveOr(ref uint place, uint operand)
    {
        for (; ; )
        {
            uint old = Volatile.Read(ref place);
            if (Interlocked.CompareExchange(ref place, old ^ operand, old) == old)
                return old;
        }
    }

    private ulong Address(Instruction instruction, int register, int at, bool isWrite)
    {
        ulong address = _registers[register] + (ulong)instruction.Offset;
        if (!_memory.Allows(address, instruction.AccessBytes, isWrite))
            throw BadAccess(at, isWrite);
        _tracker?.Access(instruction, address, at, isWrite);
        return address;
    }

    internal static PolicyFaultException BadAccess(int at, bool isWrite) =>
        new(at, $"it {(isWrite ? "writes" : "reads")} memory that the program may not {(isWrite ? "write" : "read")}; check the address against the bounds of its memory");

    internal static PolicyFaultException OutOfBudget(int at) => new(at, "the program did not end within its budget; bound its loops");

    internal static PolicyFaultException TooDeep(int at) => new(at, $"calls are nested deeper than {PolicyProgram.MaxFrames} functions");

    private void GrantMapValue(Instruction instruction)
    {
        if (instruction.Source is not (Opcode.WideMapValue or Opcode.WideMapValueByIndex))
            return;
        Maps.PolicyMap map = _program.Map(instruction.Immediate);
        _memory.Grant(new MemoryRegion((ulong)map.Header->Data, (ulong)map.Definition.ValueBytes, !map.Definition.IsReadOnly));
    }
}
