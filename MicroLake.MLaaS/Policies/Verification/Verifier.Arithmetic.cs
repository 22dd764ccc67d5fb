using MicroLake.Policies.Instructions;

namespace MicroLake.Policies.Verification;

/// <summary>Arithmetic on numbers and on addresses.</summary>
internal sealed partial class Verifier
{
    private void Compute(Instruction instruction)
    {
        int destination = instruction.Destination;
        bool hasSource = instruction.UsesSourceRegister && instruction.Code != Opcode.End;
        if (hasSource)
            RequireSet(instruction.Source);
        if (instruction.Code == Opcode.Mov)
        {
            Move(instruction, hasSource);
            return;
        }

        RequireSet(destination);
        RegisterState left = Registers[destination];
        RegisterState right = hasSource ? Registers[instruction.Source] : RegisterState.Constant((ulong)instruction.Immediate);
        if (left.IsPointer || right.IsPointer)
            Registers[destination] = ComputeAddress(instruction, left, right);
        else
            Registers[destination] = RegisterState.Number(ScalarArithmetic.Compute(instruction, left.Value, right.Value));
    }

    private void Move(Instruction instruction, bool hasSource)
    {
        if (!hasSource)
        {
            ulong value = instruction.Is64 ? (ulong)instruction.Immediate : (uint)instruction.Immediate;
            Registers[instruction.Destination] = RegisterState.Constant(value);
            return;
        }

        ref RegisterState source = ref Registers[instruction.Source];
        if (source.IsPointer)
        {
            if (!instruction.Is64 || instruction.Offset != 0)
                throw Refuse(instruction.Source, $"r{instruction.Source} is {source.What}; a part of an address cannot be copied, only all of it");
            Registers[instruction.Destination] = source;
            return;
        }

        Scalar value64 = ScalarArithmetic.Compute(instruction, source.Value, source.Value);
        bool isSame = instruction.Offset == 0 && (instruction.Is64 || source.Value.IsWord);
        // A copy is as great as the original: what a comparison tells of one, it tells of the other.
        if (isSame && source.Id == 0 && !source.Value.IsConstant)
            source.Id = ++_lastId;
        RegisterState moved = RegisterState.Number(value64);
        moved.Id = isSame ? source.Id : 0;
        Registers[instruction.Destination] = moved;
    }

    private RegisterState ComputeAddress(Instruction instruction, in RegisterState left, in RegisterState right)
    {
        int destination = instruction.Destination, pointer = left.IsPointer ? destination : instruction.Source;
        string what = (left.IsPointer ? left : right).What;
        if (!instruction.Is64 || instruction.Code is not (Opcode.Add or Opcode.Sub))
            throw Refuse(pointer, $"r{pointer} is {what}, with which there is no arithmetic but adding and subtracting 64-bit numbers");
        if (left.IsPointer && right.IsPointer)
            return Distance(instruction, left, right);
        if (instruction.Code == Opcode.Sub && right.IsPointer)
            throw Refuse(pointer, $"r{pointer} is {what}, which cannot be subtracted from a number");
        RegisterState address = left.IsPointer ? left : right;
        Scalar number = left.IsPointer ? right.Value : left.Value;
        switch (address.Kind)
        {
            case RegisterKind.MapValueOrNull:
                throw Refuse(pointer, $"r{pointer} may be 0; compare it with 0 before adding to it");
            case RegisterKind.Map or RegisterKind.MemoryEnd:
                throw Refuse(pointer, $"r{pointer} is {what}, to which nothing can be added");
        }

        address.Value = instruction.Code == Opcode.Add ? ScalarArithmetic.Add(address.Value, number) : ScalarArithmetic.Subtract(address.Value, number);
        if (number.SignedMin < -MaxOffset || number.SignedMax > MaxOffset || address.Value.SignedMin < -MaxOffset || address.Value.SignedMax > MaxOffset)
            throw Refuse(pointer, $"what is added to r{pointer}, {what}, may be {number}; bound it by a comparison first");
        if (address.Kind != RegisterKind.Memory)
            return address;
        if (number.IsConstant)
        {
            address.Fixed += (int)(instruction.Code == Opcode.Add ? number.SignedMin : -number.SignedMin);
        }
        else
        {
            // Nothing is proved from the new place on: it must be compared with the end again.
            address.Id = ++_lastId;
            address.Fixed = 0;
            address.Proven = 0;
        }

        return address;
    }

    /// <summary>The difference of two addresses of the same memory is a number that tells nobody where it is.</summary>
    private RegisterState Distance(Instruction instruction, in RegisterState left, in RegisterState right)
    {
        if (instruction.Code == Opcode.Add || !IsSameMemory(left, right))
            throw Refuse(instruction.Source, $"r{instruction.Destination} is {left.What} and r{instruction.Source} {right.What}; only addresses of the same memory can be subtracted");
        return RegisterState.Number(left.Kind == right.Kind && left.Kind != RegisterKind.Memory && left.Kind != RegisterKind.MemoryEnd
            ? ScalarArithmetic.Subtract(left.Value, right.Value)
            : Scalar.Unknown);
    }

    private static bool IsSameMemory(in RegisterState a, in RegisterState b) =>
        a.Region == b.Region && a.Kind switch
        {
            RegisterKind.Memory or RegisterKind.MemoryEnd => b.Kind is RegisterKind.Memory or RegisterKind.MemoryEnd,
            RegisterKind.MapValue => b.Kind == RegisterKind.MapValue && a.Id == b.Id,
            RegisterKind.Stack or RegisterKind.Context => a.Kind == b.Kind,
            RegisterKind.Buffer => b.Kind == RegisterKind.Buffer && a.Id == b.Id,
            _ => false,
        };
}
