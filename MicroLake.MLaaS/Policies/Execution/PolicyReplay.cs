using System.Runtime.InteropServices;
using MicroLake.Policies.Helpers;
using MicroLake.Policies.Maps;
using MicroLake.Policies.Verification;

namespace MicroLake.Policies.Execution;

/// <summary>
/// A verified program that runs once more, by the interpreter, on what it may have decided from. Whatever it does, nobody notices: it has copies of its maps, as
/// they were when this was made and the same at the start of each run, and helpers that tell the time or random numbers are answered here. Not for several threads.
/// </summary>
public sealed unsafe class PolicyReplay : IHelperCalls, IDisposable
{
    private const ulong FirstRandom = 0x9E37_79B9_7F4A_7C15;

    // Results of infer: Linux's numbers, negative, as the kernel's.
    private const long Invalid = -22;

    private readonly VerifiedProgram _program;
    private readonly IReplayedModel? _model;
    private readonly int _features;
    private readonly PolicyMap[] _kept;
    private readonly PolicyMap[] _maps;
    private long* _context;
    private CheckedMemory? _memory;
    private Interpreter? _interpreter;
    private ulong _time, _random;
    private uint _processor;

    /// <param name="program">What runs.</param>
    /// <param name="maps">Its maps, which programs may go on to use.</param>
    /// <param name="model">The module's model; null: it has none.</param>
    /// <exception cref="OutOfMemoryException">There is no memory for the copies.</exception>
    public PolicyReplay(VerifiedProgram program, IReadOnlyList<PolicyMap> maps, IReplayedModel? model)
    {
        _program = program;
        _model = model;
        _features = program.Type.Fields.Count;
        _kept = new PolicyMap[maps.Count];
        _maps = new PolicyMap[maps.Count];
        try
        {
            _context = (long*)NativeMemory.AlignedAlloc((nuint)Math.Max(_features, 1) * sizeof(long), sizeof(long));
            for (int i = 0; i < maps.Count; i++)
            {
                _kept[i] = maps[i].Copy();
                _maps[i] = maps[i].MakeForOneProcessor();
            }

            _memory = new CheckedMemory(new MemoryRegion((ulong)_context, (ulong)_features * sizeof(long), isWritable: false));
        }
        catch
        {
            Dispose();
            throw;
        }

        foreach (PolicyMap map in _maps)
            _memory.Grant(map.Values);
        PolicyProgram linked = PolicyProgram.Link(program.Program.Name, program.Program.Code, _maps, program.Type.Helpers);
        _interpreter = new Interpreter(linked, _memory, calls: this);
    }

    /// <summary>Bytes of maps that are copied for each run.</summary>
    public long CopiedBytes
    {
        get
        {
            long bytes = 0;
            foreach (PolicyMap map in _maps)
                bytes += (long)map.Values.Bytes;
            return bytes;
        }
    }

    /// <summary>What the program decides.</summary>
    /// <param name="features">Of its hook: at least as many as its context has.</param>
    /// <param name="time">What the clock shows all the time, in nanoseconds.</param>
    /// <param name="processor">Which processor it runs on.</param>
    public long Run(ReadOnlySpan<long> features, ulong time, uint processor)
    {
        ObjectDisposedException.ThrowIf(_interpreter is null, this);
        features[.._features].CopyTo(new Span<long>(_context, _features));
        for (int i = 0; i < _maps.Length; i++)
            _maps[i].CopyFrom(_kept[i], processor);
        (_time, _processor, _random) = (time, processor, FirstRandom);
        return (long)_interpreter.Run((ulong)_context, 0, _program.Type.MaxInstructions);
    }

    ulong IHelperCalls.Call(HelperFunction helper, ulong r1, ulong r2, ulong r3, ulong r4, ulong r5) => helper.Number switch
    {
        HelperNumber.MapLookup => (ulong)MapOperations.Lookup((MapHeader*)r1, (byte*)r2),
        HelperNumber.MapUpdate => (ulong)MapOperations.Update((MapHeader*)r1, (byte*)r2, (byte*)r3, r4),
        HelperNumber.MapDelete => (ulong)MapOperations.Delete((MapHeader*)r1, (byte*)r2),
        HelperNumber.RingOutput => (ulong)MapOperations.Output((MapHeader*)r1, (byte*)r2, r3),
        HelperNumber.Time => _time,
        HelperNumber.Random => NextRandom(),
        HelperNumber.Processor => _processor,
        HelperNumber.Feature => r1 < (ulong)_features ? (ulong)_context[r1] : 0,
        HelperNumber.Infer => (ulong)Infer(r1, (long*)r2, r3, (long*)r4, r5),
        // A trace is told nothing.
        _ => 0,
    };

    public void Dispose()
    {
        _interpreter = null;
        _memory?.Dispose();
        _memory = null;
        NativeMemory.AlignedFree(_context);
        _context = null;
        for (int i = 0; i < _maps.Length; i++)
        {
            _kept[i]?.Dispose();
            _maps[i]?.Dispose();
        }
    }

    /// <summary>A xorshift generator (Marsaglia, 2003), the same numbers in each run.</summary>
    private uint NextRandom()
    {
        _random ^= _random << 13;
        _random ^= _random >> 7;
        _random ^= _random << 17;
        return (uint)(_random >> 32);
    }

    private long Infer(ulong model, long* inputs, ulong inputBytes, long* outputs, ulong outputBytes)
    {
        new Span<byte>(outputs, (int)outputBytes).Clear();
        if (model != 0 || _model is null || inputBytes != (ulong)_model.Inputs * sizeof(long) || outputBytes != sizeof(long))
            return Invalid;
        *outputs = _model.Infer(new ReadOnlySpan<long>(inputs, _model.Inputs));
        return 0;
    }
}
