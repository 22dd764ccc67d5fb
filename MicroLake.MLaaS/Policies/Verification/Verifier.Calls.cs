using MicroLake.Policies.Helpers;
using MicroLake.Policies.Instructions;
using MicroLake.Policies.Maps;

namespace MicroLake.Policies.Verification;

/// <summary>Helpers, functions of the program, and its end.</summary>
internal sealed partial class Verifier
{
    private void CallHelper(Instruction instruction)
    {
        HelperFunction helper = _program.Helper(instruction.Immediate);
        if (_type.Helpers.Find(helper.Number) is null)
            throw NotGranted(null, "helper", helper.Name);
        MapDefinition? map = null;
        for (int i = 0; i < helper.Arguments.Length; i++)
        {
            int register = i + 1;
            switch (helper.Arguments[i])
            {
                case HelperArgument.Scalar:
                    RequireNumber(register, $"argument {register} of {helper.Name} is a number");
                    break;
                case HelperArgument.Feature:
                    RequireGranted(register, helper);
                    break;
                case HelperArgument.Map or HelperArgument.RingBuffer:
                    map = RequireMap(register, helper, helper.Arguments[i] == HelperArgument.RingBuffer);
                    break;
                case HelperArgument.MapKey:
                    RequireReadable(register, map!.KeyBytes);
                    break;
                case HelperArgument.MapValue:
                    if (map!.IsReadOnly)
                        throw Refuse(1, $"map '{map.Name}' is read-only");
                    RequireReadable(register, map.ValueBytes);
                    break;
                case HelperArgument.ReadableMemory:
                    RequireReadable(register, RequireLength(register + 1, helper).Max);
                    break;
                case HelperArgument.WritableMemory:
                    RequireOverwritable(register, RequireLength(register + 1, helper));
                    break;
                case HelperArgument.Context:
                    RequireSet(register);
                    if (Registers[register] is not { Kind: RegisterKind.Context, Value: { IsConstant: true, Min: 0 } })
                        throw Refuse(register, $"argument {register} of {helper.Name} is the context as it was handed over, and r{register} is {Registers[register].What}");
                    break;
            }
        }

        int region = Registers[1].Region;
        Registers.AsSpan(1, HelperFunction.MaxArguments).Clear();
        Registers[0] = helper.Result == HelperResult.Scalar
            ? RegisterState.Number(Scalar.Unknown)
            : RegisterState.Pointer(RegisterKind.MapValueOrNull, region, !_program.Map(region).Definition.IsReadOnly) with { Id = ++_lastId };
        _state.At++;
    }

    /// <summary>A register is the number of no feature that may not be seen. Features are numbered by their place in the context.</summary>
    private void RequireGranted(int register, HelperFunction helper)
    {
        RequireNumber(register, $"argument {register} of {helper.Name} is a number");
        Scalar number = Registers[register].Value;
        for (int i = 0; i < _type.Fields.Count; i++)
            if (!_type.Fields[i].IsGranted && (ulong)i >= number.Min && (ulong)i <= number.Max)
                throw NotGranted(register, "feature", _type.Fields[i].Name);
    }

    private VerificationException NotGranted(int? register, string what, string name) =>
        Refuse(register, $"the manifest does not grant {what} {name}; name it in policy.{what}s");

    private MapDefinition RequireMap(int register, HelperFunction helper, bool isRing)
    {
        RequireSet(register);
        if (Registers[register].Kind != RegisterKind.Map)
            throw Refuse(register, $"argument {register} of {helper.Name} is a map, and r{register} is {Registers[register].What}");
        MapDefinition map = _program.Map(Registers[register].Region).Definition;
        if (isRing != (map.Kind == MapKind.RingBuffer))
            throw Refuse(register, $"{helper.Name} does not work on map '{map.Name}', which is {(isRing ? "no" : "a")} ring buffer");
        return map;
    }

    private (int Min, int Max) RequireLength(int register, HelperFunction helper)
    {
        RequireNumber(register, $"argument {register} of {helper.Name} is a length");
        Scalar length = Registers[register].Value;
        if (length.Min == 0 || length.Max > (ulong)MaxOffset)
            throw Refuse(register, $"the length in r{register} may be {length}; bound it from 1 up by comparisons");
        return ((int)length.Min, (int)length.Max);
    }

    /// <summary>A helper may read so many bytes at a register's address.</summary>
    private void RequireReadable(int register, int bytes)
    {
        RequireAddress(register);
        RegisterState address = Registers[register];
        switch (address.Kind)
        {
            case RegisterKind.Context:
                throw Refuse(register, $"r{register} is the address of the context, which helpers do not read; copy what they need to the stack");
            case RegisterKind.Stack:
                RequireInStack(register, address.Value, bytes);
                RequireWritten(register, _state.FrameAt(address.Region), address.Value, bytes);
                break;
            default:
                RequireInMemory(register, address, 0, bytes);
                break;
        }
    }

    /// <summary>A helper may write so many bytes at a register's address.</summary>
    private void RequireOverwritable(int register, (int Min, int Max) length)
    {
        RequireAddress(register);
        RegisterState address = Registers[register];
        if (address.Kind != RegisterKind.Stack)
        {
            RequireReadable(register, length.Max);
            RequireWritable(register, address);
            return;
        }

        RequireInStack(register, address.Value, length.Max);
        FrameState frame = _state.FrameAt(address.Region);
        if (!address.Value.IsConstant || length.Min != length.Max)
        {
            // Which bytes it will be is not known, so none becomes known to be written.
            RequireWritten(register, frame, address.Value, length.Max);
        }

        for (long at = address.Value.SignedMin; at < address.Value.SignedMax + length.Max; at++)
        {
            (int slot, int first) = SlotOf(at);
            if (frame.Read(slot).HoldsPointer)
                throw Refuse(register, $"a part of the address that was stored at r10 - {StackSlot.Bytes * (slot + 1)} would be overwritten");
            frame.Touch(slot).Write(first, 1);
        }
    }

    private void EnterFunction(Instruction instruction)
    {
        if (_state.Depth == _type.MaxFrames)
            throw Refuse(null, $"calls are nested deeper than the {_type.MaxFrames} functions that {_type.Name} allows");
        var callee = new FrameState(_state.Depth, _state.At + 1);
        Registers.AsSpan(1, HelperFunction.MaxArguments).CopyTo(callee.Registers.AsSpan(1));
        Registers.AsSpan(0, 1 + HelperFunction.MaxArguments).Clear();
        _state.At = (int)instruction.Target(_state.At);
        _state.Enter(callee);
        Frames = Math.Max(Frames, _state.Depth);
    }

    /// <summary>False: the program ends.</summary>
    private bool Exit()
    {
        RegisterState result = Registers[0];
        if (_state.Depth > 1)
        {
            if (result.Kind == RegisterKind.Stack && result.Region == _state.Depth - 1)
                throw Refuse(0, "r0 is an address of this function's stack, which ends here; return a number instead");
            _state.At = _state.Frame.ReturnsTo;
            _state.Leave();
            Registers[0] = result;
            return true;
        }

        RequireNumber(0, "what a program returns is a number: an address would tell where memory is");
        if (result.Value.SignedMin < _type.MinReturn || result.Value.SignedMax > _type.MaxReturn)
            throw Refuse(0, $"r0 may be {result.Value}, and {_type.Name} takes {_type.MinReturn} to {_type.MaxReturn}; bound it before the exit");
        _state.Origin!.End(_state.Distance);
        return false;
    }
}
