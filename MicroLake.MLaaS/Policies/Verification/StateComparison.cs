using MicroLake.Policies.Instructions;

namespace MicroLake.Policies.Verification;

/// <summary>
/// Whether what was proved from one state is proved from another: the other may be in no situation that the first could not be in. Identities are
/// only names, so they are matched.
/// </summary>
/// <param name="flow">What matters where.</param>
/// <param name="isReadBack">Whether what an instruction stores in the stack comes back as what it was.</param>
internal sealed class StateComparison(ProgramFlow flow, Func<int, bool> isReadBack)
{
    private readonly List<(uint Old, uint New, ulong Number)> _identities = [];

    public bool Covers(ProgramState old, ProgramState other)
    {
        _identities.Clear();
        if (old.Depth != other.Depth)
            return false;
        for (int f = old.Depth - 1; f >= 0; f--)
        {
            // A caller goes on behind its call.
            int at = f == old.Depth - 1 ? old.At : old.FrameAt(f + 1).ReturnsTo;
            if (f < old.Depth - 1 && at != other.FrameAt(f + 1).ReturnsTo)
                return false;
            if (!Covers(old.FrameAt(f), other.FrameAt(f), flow.Live(at), flow.Relevant(at)))
                return false;
        }

        return true;
    }

    private bool Covers(FrameState old, FrameState other, int live, int relevant)
    {
        for (int r = 0; r < Instruction.Registers; r++)
            if ((live & 1 << r) != 0 && !Covers(old.Registers[r], other.Registers[r], (relevant & 1 << r) != 0))
                return false;
        for (int s = 0; s < old.UsedSlots; s++)
        {
            StackSlot before = old.Read(s), now = other.Read(s);
            bool matters = before.HoldsPointer || (before.HoldsRegister && isReadBack(before.StoredAt));
            if (matters ? !now.HoldsRegister || !Covers(before.Register, now.Register, true) : now.HoldsPointer && before.Written != 0)
                return false;
            if ((before.Written & ~now.Written) != 0)
                return false;
        }

        return true;
    }

    private bool Covers(in RegisterState old, in RegisterState other, bool isRelevant)
    {
        // What nobody may read was not read.
        if (old.Kind == RegisterKind.Unset)
            return true;
        if (old.Kind != other.Kind)
            return false;
        if (old.Kind == RegisterKind.Scalar)
            return (!isRelevant || old.Value.Covers(other.Value)) && (old.Id == 0 || Match(old.Id, other));
        return old.Region == other.Region && old.IsWritable == other.IsWritable && old.Value.Covers(other.Value)
            && old.Fixed == other.Fixed && old.Proven <= other.Proven && (old.Id == 0 || Match(old.Id, other));
    }

    /// <summary>What was the same before is the same now: of one identity, or of one constant.</summary>
    private bool Match(uint old, in RegisterState other)
    {
        bool isConstant = other is { Kind: RegisterKind.Scalar, Value.IsConstant: true };
        if (other.Id == 0 && !isConstant)
            return false;
        (uint id, ulong number) = isConstant ? (0u, other.Value.Min) : (other.Id, 0ul);
        foreach ((uint o, uint n, ulong c) in _identities)
            if (o == old)
                return n == id && c == number;
        _identities.Add((old, id, number));
        return true;
    }
}
