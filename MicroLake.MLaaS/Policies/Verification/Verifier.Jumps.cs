using MicroLake.Policies.Instructions;

namespace MicroLake.Policies.Verification;

/// <summary>Where ways divide, and what each then knows.</summary>
internal sealed partial class Verifier
{
    /// <summary>Follows a jump, a call or the end. False: the way ends.</summary>
    private bool Jump(Instruction instruction)
    {
        if (instruction.IsExit)
            return Exit();
        if (instruction.Code == Opcode.Call)
        {
            if (instruction.IsLocalCall)
                EnterFunction(instruction);
            else
                CallHelper(instruction);
            return true;
        }

        if (instruction.IsJumpAlways)
            _state.At = (int)instruction.Target(_state.At);
        else
            Divide(instruction);
        return true;
    }

    private void Divide(Instruction instruction)
    {
        RequireSet(instruction.Destination);
        if (instruction.UsesSourceRegister)
            RequireSet(instruction.Source);
        ProgramState taken = _state.Clone(), notTaken = _state;
        bool canBeTaken = TryFollow(instruction, taken, holds: true), canGoOn = TryFollow(instruction, notTaken, holds: false);
        int at = _state.At;
        taken.At = (int)instruction.Target(at);
        notTaken.At++;
        bool isOpen = canBeTaken && canGoOn;
        if (!isOpen && _followsExcluded && !_flow.MayLoop(at))
            isOpen = _hasFollowedExcluded = true;
        if (isOpen)
        {
            _state.Origin!.Divide();
            _pending.Push(taken);
        }
        else if (!_isDecided[at])
        {
            _isDecided[at] = true;
            _wasSurprised = true;
        }

        _state = isOpen || canGoOn ? notTaken : taken;
    }

    /// <summary>Narrows a state to where the comparison has this outcome. False: it cannot have it.</summary>
    private bool TryFollow(Instruction instruction, ProgramState state, bool holds)
    {
        RegisterState[] registers = state.Frame.Registers;
        RegisterState left = registers[instruction.Destination];
        RegisterState right = instruction.UsesSourceRegister ? registers[instruction.Source] : RegisterState.Constant((ulong)instruction.Immediate);
        if (left.IsPointer || right.IsPointer)
            return TryFollowAddress(instruction, state, left, right, holds);
        Scalar a = left.Value, b = right.Value;
        if (instruction.UsesSourceRegister && instruction.Source == instruction.Destination)
            return !a.IsConstant || ScalarComparison.TryRefine(instruction, holds, ref a, ref b);
        if (!ScalarComparison.TryRefine(instruction, holds, ref a, ref b))
            return false;
        Learn(state, ref registers[instruction.Destination], a);
        if (instruction.UsesSourceRegister)
            Learn(state, ref registers[instruction.Source], b);
        return true;
    }

    /// <summary>What was learnt of a number is true of its copies.</summary>
    private static void Learn(ProgramState state, ref RegisterState register, Scalar value)
    {
        register.Value = value;
        uint id = register.Id;
        if (id == 0)
            return;
        state.ForEach((ref RegisterState other) =>
        {
            if (other.Kind == RegisterKind.Scalar && other.Id == id)
                other.Value = value;
        });
    }

    private bool TryFollowAddress(Instruction instruction, ProgramState state, in RegisterState left, in RegisterState right, bool holds)
    {
        int register = left.IsPointer ? instruction.Destination : instruction.Source;
        string what = (left.IsPointer ? left : right).What;
        if (!instruction.Is64)
            throw Refuse(register, $"r{register} is {what}; compare all 64 bits of it");
        bool isEquality = instruction.Code is Opcode.Jeq or Opcode.Jne;
        if (left.IsPointer && right.IsPointer)
        {
            if (!IsSameMemory(left, right) || instruction.Code is Opcode.Jset or Opcode.Jsgt or Opcode.Jsge or Opcode.Jslt or Opcode.Jsle)
                throw Refuse(register, $"r{instruction.Destination} is {left.What} and r{instruction.Source} {right.What}; only addresses of the same memory are compared, without sign");
            if (!isEquality)
                ProveBeforeEnd(instruction, state, left, right, holds);
            return true;
        }

        Scalar number = left.IsPointer ? right.Value : left.Value;
        if (!isEquality || number is not { IsConstant: true, Min: 0 })
            throw Refuse(register, $"r{register} is {what}, and is compared with a number; that would tell where memory is. Compare it with 0 by == or != only");
        bool isNull = (instruction.Code == Opcode.Jeq) == holds;
        RegisterState address = left.IsPointer ? left : right;
        if (address.Kind != RegisterKind.MapValueOrNull)
            return !isNull;
        uint id = address.Id;
        state.ForEach((ref RegisterState other) =>
        {
            if (other.Kind != RegisterKind.MapValueOrNull || other.Id != id)
                return;
            if (isNull)
                other = RegisterState.Constant(0);
            else
                other.Kind = RegisterKind.MapValue;
        });
        return true;
    }

    /// <summary>An address at or before the end of its memory: so many bytes from its identity on may be accessed.</summary>
    private static void ProveBeforeEnd(Instruction instruction, ProgramState state, RegisterState left, RegisterState right, bool holds)
    {
        // As: left below right, or not above.
        bool isReversed = instruction.Code is Opcode.Jgt or Opcode.Jge != !holds;
        RegisterState lower = isReversed ? right : left, upper = isReversed ? left : right;
        if (lower.Kind != RegisterKind.Memory || upper.Kind != RegisterKind.MemoryEnd)
            return;
        bool isStrict = holds ? instruction.Code is Opcode.Jgt or Opcode.Jlt : instruction.Code is Opcode.Jge or Opcode.Jle;
        int proven = lower.Fixed + (isStrict ? 1 : 0);
        state.ForEach((ref RegisterState other) =>
        {
            if (other.Kind == RegisterKind.Memory && other.Region == lower.Region && other.Id == lower.Id)
                other.Proven = Math.Max(other.Proven, proven);
        });
    }
}
