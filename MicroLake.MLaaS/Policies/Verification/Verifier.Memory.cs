using MicroLake.Policies.Instructions;

namespace MicroLake.Policies.Verification;

/// <summary>Loads, stores and atomic operations.</summary>
internal sealed partial class Verifier
{
    private void Load(Instruction instruction)
    {
        int register = instruction.Source, bytes = instruction.AccessBytes;
        RequireAddress(register);
        RegisterState address = Registers[register];
        Scalar offset = ScalarArithmetic.Add(address.Value, Scalar.Constant((ulong)instruction.Offset));
        RequireAligned(register, offset, bytes);
        RegisterState loaded;
        switch (address.Kind)
        {
            case RegisterKind.Context:
                loaded = LoadContext(register, offset, bytes);
                break;
            case RegisterKind.Stack:
                RequireInStack(register, offset, bytes);
                loaded = LoadStack(register, _state.FrameAt(address.Region), offset, bytes);
                break;
            default:
                RequireInMemory(register, address, instruction.Offset, bytes);
                loaded = RegisterState.Number(Scalar.OfBytes(bytes));
                break;
        }

        if (instruction.Mode == Opcode.ModeMemorySigned)
        {
            if (loaded.IsPointer)
                throw Refuse(register, $"an address is loaded from r{register}, which has no sign to extend");
            loaded = RegisterState.Number(loaded.Value.ExtendSign(bytes * 8));
        }

        Registers[instruction.Destination] = loaded;
    }

    private void Store(Instruction instruction, in RegisterState value, int? source)
    {
        int register = instruction.Destination, bytes = instruction.AccessBytes;
        RequireAddress(register);
        RegisterState address = Registers[register];
        Scalar offset = ScalarArithmetic.Add(address.Value, Scalar.Constant((ulong)instruction.Offset));
        RequireAligned(register, offset, bytes);
        if (address.Kind == RegisterKind.Stack)
        {
            RequireInStack(register, offset, bytes);
            Identify(source);
            StoreStack(register, address.Region, offset, bytes, source is { } stored ? Registers[stored] : value, source);
            return;
        }

        if (value.IsPointer)
            throw Refuse(source, $"r{source} is {value.What}, which may only be stored in the stack: elsewhere others could read it");
        if (address.Kind == RegisterKind.Context)
        {
            ContextField field = RequireField(register, offset, bytes);
            if (field.Kind != ContextFieldKind.Scalar || !field.IsWritable)
                throw Refuse(register, $"field '{field.Name}' of the context is read-only");
            return;
        }

        RequireInMemory(register, address, instruction.Offset, bytes);
        RequireWritable(register, address);
    }

    /// <summary>What a comparison will tell of a register, it tells of its copy in the stack.</summary>
    private void Identify(int? register)
    {
        if (register is not { } number)
            return;
        ref RegisterState source = ref Registers[number];
        if (source.Kind == RegisterKind.Scalar && source.Id == 0 && !source.Value.IsConstant)
            source.Id = ++_lastId;
    }

    private void Atomic(Instruction instruction)
    {
        int register = instruction.Destination, bytes = instruction.AccessBytes;
        RequireNumber(instruction.Source, "atomic operations take numbers only");
        if (instruction.Immediate == Opcode.CompareExchange)
            RequireNumber(0, "r0 is what memory is compared with, and must be a number");
        RequireAddress(register);
        RegisterState address = Registers[register];
        Scalar offset = ScalarArithmetic.Add(address.Value, Scalar.Constant((ulong)instruction.Offset));
        RequireAligned(register, offset, bytes);
        switch (address.Kind)
        {
            case RegisterKind.Context:
                throw Refuse(register, "there are no atomic operations on the context; it is this run's own, so load and store");
            case RegisterKind.Stack:
                RequireInStack(register, offset, bytes);
                RequireWritten(register, _state.FrameAt(address.Region), offset, bytes);
                StoreStack(register, address.Region, offset, bytes, RegisterState.Number(Scalar.Unknown), null);
                break;
            default:
                RequireInMemory(register, address, instruction.Offset, bytes);
                RequireWritable(register, address);
                break;
        }

        RegisterState old = RegisterState.Number(Scalar.OfBytes(bytes));
        if (instruction.Immediate == Opcode.CompareExchange)
            Registers[0] = old;
        else if ((instruction.Immediate & Opcode.Fetch) != 0)
            Registers[instruction.Source] = old;
    }

    private RegisterState LoadContext(int register, in Scalar offset, int bytes)
    {
        ContextField field = RequireField(register, offset, bytes);
        if (field.Kind == ContextFieldKind.Scalar)
            return RegisterState.Number(field.Bytes == bytes && field.Maximum != ulong.MaxValue ? Scalar.Between(0, field.Maximum) : Scalar.OfBytes(bytes));
        if (bytes != 8)
            throw Refuse(register, $"field '{field.Name}' of the context is an address; load all 8 bytes of it");
        RegisterState address = field.Kind switch
        {
            ContextFieldKind.MemoryStart => RegisterState.Pointer(RegisterKind.Memory, field.Memory, field.IsWritable),
            ContextFieldKind.MemoryEnd => RegisterState.Pointer(RegisterKind.MemoryEnd, field.Memory),
            _ => RegisterState.Pointer(RegisterKind.Buffer, field.Memory, field.IsWritable),
        };
        // Every load gives the same address, so what was compared counts for all of them: the field's place is the identity.
        address.Id = field.Kind == ContextFieldKind.MemoryEnd ? 0 : FieldIdentity + (uint)field.Offset;
        return address;
    }

    /// <summary>Identities of the context's addresses lie above all others.</summary>
    private const uint FieldIdentity = 0x8000_0000;

    private ContextField RequireField(int register, in Scalar offset, int bytes)
    {
        if (_type.PlainMemoryBytes < 0 && offset.SignedMin >= 0)
            foreach (ContextField field in _type.Fields)
                if (offset.SignedMin >= field.Offset && offset.SignedMax + bytes <= field.End)
                    return field.IsGranted ? field : throw NotGranted(register, "feature", field.Name);
        throw Refuse(register, $"the context of {_type.Name} has no field at offset {offset} of {bytes} bytes; see its structure in microlake.h");
    }

    private RegisterState LoadStack(int register, FrameState frame, in Scalar offset, int bytes)
    {
        if (offset.IsConstant)
        {
            (int slot, int first) = SlotOf(offset.SignedMin);
            StackSlot word = frame.Read(slot);
            if (word.HoldsRegister && bytes == StackSlot.Bytes)
            {
                ReadBack(word.StoredAt);
                return word.Register;
            }

            if (word.HoldsRegister && !word.HoldsPointer && first == 0)
            {
                ReadBack(word.StoredAt);
                return RegisterState.Number(word.Register.Value.Truncate(bytes));
            }
        }

        RequireWritten(register, frame, offset, bytes);
        return RegisterState.Number(Scalar.OfBytes(bytes));
    }

    /// <summary>What an instruction stores in the stack comes back, so it matters.</summary>
    private void ReadBack(int storedAt)
    {
        _wasSurprised |= !_isReadBack[storedAt];
        _isReadBack[storedAt] = true;
    }

    /// <summary>Every byte that an access may touch was written, and none is of an address.</summary>
    private void RequireWritten(int register, FrameState frame, in Scalar offset, int bytes)
    {
        for (long at = offset.SignedMin; at < offset.SignedMax + bytes; at++)
        {
            (int slot, int first) = SlotOf(at);
            StackSlot word = frame.Read(slot);
            if (word.HoldsPointer)
                throw Refuse(register, $"a part of the address that was stored at r10 - {StackSlot.Bytes * (slot + 1)} would be read as a number; load all of it");
            if (!word.IsWritten(first, 1))
                throw Refuse(register, $"the stack at r10 - {-at} is read, and nothing was written there on every way; write it first");
        }
    }

    private void StoreStack(int register, int number, in Scalar offset, int bytes, in RegisterState value, int? source)
    {
        FrameState frame = _state.FrameAt(number);
        if (value.IsPointer)
        {
            if (bytes != StackSlot.Bytes || !offset.IsConstant)
                throw Refuse(source, $"r{source} is {value.What}; it can only be stored whole, at a place that is known");
            if (value.Kind == RegisterKind.Stack && value.Region > number)
                throw Refuse(source, $"r{source} is an address of this function's stack, which ends before its caller's; do not store it there");
        }

        for (long at = offset.SignedMin; at < offset.SignedMax + bytes; at++)
        {
            (int slot, int first) = SlotOf(at);
            if (frame.Read(slot).HoldsPointer && (bytes != StackSlot.Bytes || !offset.IsConstant))
                throw Refuse(register, $"a part of the address that was stored at r10 - {StackSlot.Bytes * (slot + 1)} would be overwritten");
            if (!offset.IsConstant)
            {
                // It may be this byte or another: what was not written may still not be, and what is there may be another number now.
                StackSlot word = frame.Read(slot);
                if (word.HoldsRegister)
                    frame.Touch(slot).Write(0, StackSlot.Bytes);
            }
            else if (bytes != StackSlot.Bytes)
            {
                frame.Touch(slot).Write(first, 1);
            }
        }

        if (offset.IsConstant && bytes == StackSlot.Bytes)
            frame.Touch(SlotOf(offset.SignedMin).Slot) = StackSlot.Of(value, _state.At);
    }

    /// <summary>Which slot a byte below the frame's end belongs to, and which byte of it it is.</summary>
    private static (int Slot, int First) SlotOf(long offset)
    {
        int slot = (int)((-offset - 1) / StackSlot.Bytes);
        return (slot, (int)(offset + (slot + 1) * StackSlot.Bytes));
    }

    private void RequireAddress(int register)
    {
        RequireSet(register);
        switch (Registers[register].Kind)
        {
            case RegisterKind.Scalar:
                throw Refuse(register, $"r{register} is a number ({Registers[register].Value}), not an address");
            case RegisterKind.MapValueOrNull:
                throw Refuse(register, $"r{register} may be 0, where the map has no such key; compare it with 0 first");
            case RegisterKind.Map:
                throw Refuse(register, $"r{register} is a map, whose memory is reached by map_lookup only");
            case RegisterKind.MemoryEnd:
                throw Refuse(register, $"r{register} is the address behind memory, where nothing can be accessed; compare addresses from its start with it");
        }
    }

    private void RequireNumber(int register, string why)
    {
        RequireSet(register);
        if (Registers[register].IsPointer)
            throw Refuse(register, $"r{register} is {Registers[register].What}; {why}");
    }

    private void RequireAligned(int register, in Scalar offset, int bytes)
    {
        if (!offset.Bits.IsAligned(bytes))
            throw Refuse(register, $"the access of {bytes} bytes is not aligned: its offset is {offset}; use smaller accesses, or align the structure");
    }

    private void RequireWritable(int register, in RegisterState address)
    {
        if (!address.IsWritable)
            throw Refuse(register, $"r{register} is {address.What} that is read-only");
    }

    private void RequireInStack(int register, in Scalar offset, int bytes)
    {
        if (offset.SignedMin < -PolicyProgram.StackBytes || offset.SignedMax + bytes > 0)
            throw Refuse(register, $"the access of {bytes} bytes at r10 {Signed(offset)} is outside of the stack, which is r10 - {PolicyProgram.StackBytes} to r10 - 1");
    }

    /// <summary>An access through an address of a map's value, of a buffer, or of memory up to an end, lies inside.</summary>
    private void RequireInMemory(int register, in RegisterState address, int offset, int bytes)
    {
        long low = address.Value.SignedMin + offset, high = address.Value.SignedMax + offset + bytes;
        if (address.Kind == RegisterKind.Memory)
        {
            if (low < 0)
                throw Refuse(register, $"r{register} may be before the start of its memory: the offset is {Signed(low)}");
            if (address.Fixed + (long)offset + bytes > address.Proven)
                throw Refuse(register, $"{bytes} bytes at r{register} {Signed(offset)} are not known to lie before the end of the memory; compare r{register} + {offset + bytes} with its end first");
            return;
        }

        int size = address.Kind == RegisterKind.Buffer ? address.Region : _program.Map(address.Region).Definition.ValueBytes;
        if (low < 0 || high > size)
            throw Refuse(register, $"the access of {bytes} bytes at offset {ScalarArithmetic.Add(address.Value, Scalar.Constant((ulong)offset))} is outside of the {size} bytes of {(address.Kind == RegisterKind.Buffer ? "the memory" : $"a value of map '{_program.Map(address.Region).Definition.Name}'")}; bound the offset by a comparison");
    }

    private static string Signed(in Scalar offset) => offset.IsConstant ? Signed(offset.SignedMin) : $"+ ({offset})";

    private static string Signed(long offset) => offset < 0 ? $"- {-offset}" : $"+ {offset}";
}
