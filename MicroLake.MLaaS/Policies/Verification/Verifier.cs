using MicroLake.Policies.Instructions;

namespace MicroLake.Policies.Verification;

/// <summary>
/// Follows every way through a program with what is known of registers and stack at each point, and refuses the program where an instruction could
/// do harm in any of them. Where two ways meet, one that knows no less than another that was followed to its end needs not be followed again; a loop is
/// followed turn by turn. So what is accepted ends, after at most as many instructions as lie on the longest way.
/// </summary>
internal sealed partial class Verifier
{
    /// <summary>Frames that all checkpoints together keep: 1 to 6 KiB each.</summary>
    private const int MaxKeptFrames = 8192;

    /// <summary>Offsets beyond this are refused before they can wrap around the address space.</summary>
    private const long MaxOffset = 1 << 29;

    /// <summary>Steps for each instruction of a program within which following excluded ways must have been worth it.</summary>
    private const int StepsPerInstruction = 8;

    private readonly PolicyProgram _program;
    private readonly ProgramType _type;
    private readonly bool _isResultChecked;
    private readonly bool[] _isDecided;
    private readonly bool[] _isReadBack;
    private readonly Func<int, bool> _readsBack;
    private readonly StateComparison _exact;
    private readonly CheckpointSet?[] _checkpoints;
    private readonly Queue<(CheckpointSet Set, ulong Signature, Checkpoint Checkpoint)> _oldest = new();
    private readonly Stack<ProgramState> _pending = new();
    private ProgramState _state = new();
    private ProgramFlow _flow;
    private StateComparison _comparison;
    private Checkpoint? _first;
    private bool _wasSurprised;
    private bool _hasPruned;
    private bool _followsExcluded = true;
    private bool _hasFollowedExcluded;
    private int _stepsSinceExcluded;
    private uint _lastId;
    private int _keptFrames;

    public Verifier(PolicyProgram program, ProgramType type)
    {
        _program = program;
        _type = type;
        _isResultChecked = type.MinReturn != long.MinValue || type.MaxReturn != long.MaxValue;
        _isDecided = new bool[program.Code.Instructions.Length];
        _isReadBack = new bool[program.Code.Instructions.Length];
        _readsBack = at => _isReadBack[at];
        _exact = new StateComparison(new ProgramFlow(program, _isResultChecked, static _ => true, static _ => true), _readsBack);
        _flow = MakeFlow();
        _comparison = new StateComparison(_flow, _readsBack);
        _checkpoints = new CheckpointSet?[program.Code.Instructions.Length];
    }

    public int LongestRun { get; private set; }

    public int Steps { get; private set; }

    public int Frames { get; private set; } = 1;

    private RegisterState[] Registers => _state.Frame.Registers;

    public void Run()
    {
        if (!TryFollowExcluded())
        {
            (_followsExcluded, Steps, Frames) = (false, 0, 1);
            FollowAll();
        }

        LongestRun = _first!.Longest;
        if (LongestRun > _type.MaxInstructions)
            throw new VerificationException(0, InstructionText.Of(_program.Code.Instructions, 0), null,
                $"a run may take {LongestRun} instructions, and {_type.Name} allows {_type.MaxInstructions}; make its loops shorter");
    }

    /// <summary>
    /// Where numbers exclude a way of a jump that is in no loop, the way is followed all the same, so that they need not be alike for two states to be alike:
    /// most programs do no harm on such ways either, and have far fewer states. False: this one is refused, or takes long, because of them.
    /// </summary>
    private bool TryFollowExcluded()
    {
        try
        {
            return FollowAll() && (!_hasFollowedExcluded || _first!.Longest <= _type.MaxInstructions);
        }
        catch (VerificationException) when (_hasFollowedExcluded)
        {
            return false;
        }
    }

    /// <summary>False: more steps than they are worth were taken since an excluded way was followed.</summary>
    private bool FollowAll()
    {
        // A jump that turns out to be decided, or a number that comes back from the stack, makes what it depends on matter everywhere before: what was
        // compared without is followed again.
        do
        {
            _wasSurprised = false;
            _hasPruned = false;
            _flow = MakeFlow();
            _comparison = new StateComparison(_flow, _readsBack);
            if (!Follow())
                return false;
        }
        while (_wasSurprised && _hasPruned);

        return true;
    }

    private ProgramFlow MakeFlow() => new(_program, _isResultChecked, at => _isDecided[at], _readsBack);

    private bool Follow()
    {
        Start();
        for (bool isOpen = true; isOpen;)
        {
            if (_followsExcluded && _hasFollowedExcluded && ++_stepsSinceExcluded > StepsPerInstruction * _isDecided.Length)
                return false;
            if (++Steps > _type.MaxSteps)
                throw Refuse(null, $"checking the program takes more than {_type.MaxSteps} steps; bound its loops by constants, or make them shorter");
            if (!TryPrune() && Step())
                continue;
            isOpen = _pending.TryPop(out ProgramState? next);
            _state = next ?? _state;
        }

        return true;
    }

    private void Start()
    {
        Array.Clear(_checkpoints);
        _pending.Clear();
        _oldest.Clear();
        _keptFrames = 0;
        _state = new ProgramState();
        if (_type.PlainMemoryBytes >= 0)
        {
            Registers[1] = RegisterState.Pointer(RegisterKind.Buffer, _type.PlainMemoryBytes);
            Registers[2] = RegisterState.Constant((ulong)_type.PlainMemoryBytes);
        }
        else
        {
            Registers[1] = RegisterState.Pointer(RegisterKind.Context, 0);
        }

        _first = new Checkpoint(_state.Clone(), null, 0);
        _state.Origin = _first;
    }

    /// <summary>Whether this way ends here because another one has shown what it would show. If not, and ways meet here, the state is kept.</summary>
    private bool TryPrune()
    {
        if (!_flow.Meets(_state.At))
            return false;
        CheckpointSet kept = _checkpoints[_state.At] ??= new();
        ulong signature = Signature();
        // The same state has the same constants.
        if (kept.Find(signature, hasSame: true, IsLoop) is not null)
            throw Refuse(null, "the loop through here changes nothing that its end depends on, so it may never end; count its turns towards a constant");
        if (kept.Find(signature, hasSame: false, IsKnown) is { } known)
        {
            _hasPruned = true;
            ReadBack(known.State);
            _state.Origin!.End(_state.Distance + known.Longest);
            return true;
        }

        Keep(kept, signature);
        return false;
    }

    /// <summary>What came back from the stack on the ways from a state would have come back on this one, too, whichever instruction stored it here.</summary>
    private void ReadBack(ProgramState known)
    {
        for (int f = 0; f < known.Depth; f++)
        {
            FrameState before = known.FrameAt(f), now = _state.FrameAt(f);
            for (int s = 0; s < before.UsedSlots; s++)
            {
                StackSlot slot = before.Read(s), same = now.Read(s);
                if (slot.HoldsRegister && _isReadBack[slot.StoredAt] && same.HoldsRegister)
                    ReadBack(same.StoredAt);
            }
        }
    }

    private bool IsKnown(Checkpoint checkpoint) => checkpoint.IsComplete && _comparison.Covers(checkpoint.State, _state);

    private bool IsLoop(Checkpoint checkpoint) => !checkpoint.IsComplete && _exact.Covers(checkpoint.State, _state) && _exact.Covers(_state, checkpoint.State);

    /// <summary>The constants that matter here, mixed.</summary>
    private ulong Signature()
    {
        int relevant = _flow.Relevant(_state.At);
        ulong mixed = (ulong)_state.Depth;
        for (int r = 0; r < Instruction.Registers; r++)
        {
            ref RegisterState register = ref Registers[r];
            if ((relevant & 1 << r) != 0 && register.Kind != RegisterKind.Unset && register.Value.IsConstant)
                mixed = (mixed ^ (register.Value.Min + (ulong)r)) * 0x9E37_79B9_7F4A_7C15;
        }

        return mixed;
    }

    private void Keep(CheckpointSet kept, ulong signature)
    {
        while (_keptFrames + _state.Depth > MaxKeptFrames)
        {
            (CheckpointSet set, ulong of, Checkpoint oldest) = _oldest.Dequeue();
            set.Remove(of, oldest);
            _keptFrames -= oldest.State.Depth;
        }

        var checkpoint = new Checkpoint(_state.Clone(), _state.Origin, _state.Distance);
        checkpoint.State.Origin = null;
        checkpoint.State.ForgetIdentities(_readsBack);
        kept.Add(signature, checkpoint);
        _oldest.Enqueue((kept, signature, checkpoint));
        _keptFrames += _state.Depth;
        _state.Origin = checkpoint;
        _state.Distance = 0;
    }

    /// <summary>Follows one instruction. False: the way ends.</summary>
    private bool Step()
    {
        Instruction instruction = _program.Code.Instructions[_state.At];
        _state.Distance++;
        switch (instruction.Class)
        {
            case Opcode.Ld:
                LoadWide(instruction);
                _state.At += 2;
                return true;
            case Opcode.Ldx:
                Load(instruction);
                break;
            case Opcode.St:
                Store(instruction, RegisterState.Constant((ulong)instruction.Immediate), null);
                break;
            case Opcode.Stx when instruction.Mode == Opcode.ModeAtomic:
                Atomic(instruction);
                break;
            case Opcode.Stx:
                RequireSet(instruction.Source);
                Store(instruction, Registers[instruction.Source], instruction.Source);
                break;
            case Opcode.Alu or Opcode.Alu64:
                Compute(instruction);
                break;
            default:
                return Jump(instruction);
        }

        _state.At++;
        return true;
    }

    private void LoadWide(Instruction instruction)
    {
        ref RegisterState to = ref Registers[instruction.Destination];
        switch (instruction.Source)
        {
            case Opcode.WideConstant:
                to = RegisterState.Constant(_program.WideValue(_state.At));
                break;
            case Opcode.WideMap or Opcode.WideMapByIndex:
                to = RegisterState.Pointer(RegisterKind.Map, instruction.Immediate);
                break;
            default:
                to = RegisterState.Pointer(RegisterKind.MapValue, instruction.Immediate, !_program.Map(instruction.Immediate).Definition.IsReadOnly);
                to.Value = Scalar.Constant((uint)_program.Code.Instructions[_state.At + 1].Immediate);
                break;
        }
    }

    private void RequireSet(int register)
    {
        if (Registers[register].Kind == RegisterKind.Unset)
            throw Refuse(register, $"r{register} is not set here on every way; write it first (calls clear r1 to r5)");
    }

    private VerificationException Refuse(int? register, string reason) =>
        new(_state.At, InstructionText.Of(_program.Code.Instructions, _state.At), register, reason);
}
