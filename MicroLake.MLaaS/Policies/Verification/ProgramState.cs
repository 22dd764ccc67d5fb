namespace MicroLake.Policies.Verification;

/// <summary>What is known at one point of one way through the program.</summary>
internal sealed class ProgramState
{
    private readonly List<FrameState> _frames;

    private ProgramState(List<FrameState> frames) => _frames = frames;

    public ProgramState() : this([new FrameState(0, -1)])
    {
    }

    /// <summary>The instruction that comes next.</summary>
    public int At { get; set; }

    /// <summary>The checkpoint that this way came from last, and the instructions since.</summary>
    public Checkpoint? Origin { get; set; }

    public int Distance { get; set; }

    public int Depth => _frames.Count;

    public FrameState Frame => _frames[^1];

    public FrameState FrameAt(int number) => _frames[number];

    public ProgramState Clone()
    {
        var frames = new List<FrameState>(_frames.Count);
        foreach (FrameState frame in _frames)
            frames.Add(frame.Clone());
        return new(frames) { At = At, Origin = Origin, Distance = Distance };
    }

    public void Enter(FrameState frame) => _frames.Add(frame);

    public void Leave() => _frames.RemoveAt(_frames.Count - 1);

    /// <summary>Forgets identities of numbers that only one place has, and of those in the stack that do not come back: they say nothing.</summary>
    public void ForgetIdentities(Func<int, bool> isReadBack)
    {
        foreach (FrameState frame in _frames)
            for (int s = 0; s < frame.UsedSlots; s++)
                if (frame.Read(s) is { HoldsRegister: true, HoldsPointer: false, StoredAt: var at } && !isReadBack(at))
                    frame.Touch(s).Register.Id = 0;
        var places = new Dictionary<uint, int>();
        ForEach((ref RegisterState register) =>
        {
            if (register is { Kind: RegisterKind.Scalar, Id: not 0 })
                places[register.Id] = places.GetValueOrDefault(register.Id) + 1;
        });
        ForEach((ref RegisterState register) =>
        {
            if (register is { Kind: RegisterKind.Scalar, Id: not 0 } && places[register.Id] == 1)
                register.Id = 0;
        });
    }

    /// <summary>Changes every register, and every word of stack that holds one, for which the change says so.</summary>
    public void ForEach(RegisterChange change)
    {
        foreach (FrameState frame in _frames)
        {
            for (int r = 0; r < frame.Registers.Length; r++)
                change(ref frame.Registers[r]);
            for (int s = 0; s < frame.UsedSlots; s++)
                if (frame.Read(s).HoldsRegister)
                    change(ref frame.Touch(s).Register);
        }
    }
}

internal delegate void RegisterChange(ref RegisterState register);
