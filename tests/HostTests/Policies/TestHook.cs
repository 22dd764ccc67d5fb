using System.Runtime.InteropServices;
using MicroLake.Policies;
using MicroLake.Policies.Execution;
using MicroLake.Policies.Helpers;
using MicroLake.Policies.Instructions;
using MicroLake.Policies.Jit;
using MicroLake.Policies.Maps;
using MicroLake.Policies.Verification;

namespace MicroLake.HostTests.Policies;

/// <summary>
/// A hook with a field of every kind, five maps, and helpers that always answer the same: verified programs run here interpreted, with every
/// access checked against what the hook promised, and compiled.
/// </summary>
internal sealed unsafe class TestHook : IDisposable
{
    public const int ContextBytes = 128;
    private const int DataBytes = 40;
    private const int BufferBytes = 64;
    private const int AllBytes = 512;

    private readonly byte* _block = (byte*)NativeMemory.AlignedAlloc(AllBytes, 64);

    public static ProgramType Type { get; } = MakeType(150_000);

    /// <summary>The same, with little patience for loops: for many programs.</summary>
    public static ProgramType QuickType { get; } = MakeType(6_000);

    private static ProgramType MakeType(int steps) => new()
    {
        Name = "test.hook",
        Fields =
        [
            new() { Name = "count", Offset = 0, Bytes = 8, Maximum = 64 },
            new() { Name = "flags", Offset = 8, Bytes = 4 },
            new() { Name = "verdict", Offset = 12, Bytes = 4, IsWritable = true },
            new() { Name = "data", Offset = 16, Bytes = 8, Kind = ContextFieldKind.MemoryStart },
            new() { Name = "data_end", Offset = 24, Bytes = 8, Kind = ContextFieldKind.MemoryEnd },
            new() { Name = "buffer", Offset = 32, Bytes = 8, Kind = ContextFieldKind.Buffer, Memory = BufferBytes, IsWritable = true },
            new() { Name = "features", Offset = 40, Bytes = 64 },
            new() { Name = "score", Offset = 104, Bytes = 8, IsWritable = true },
            new() { Name = "out", Offset = 112, Bytes = 8, Kind = ContextFieldKind.MemoryStart, Memory = 1, IsWritable = true },
            new() { Name = "out_end", Offset = 120, Bytes = 8, Kind = ContextFieldKind.MemoryEnd, Memory = 1 },
        ],
        Helpers = new HelperTable(
            StandardHelpers.Create(new()
            {
                Time = (nint)(delegate* unmanaged<ulong>)&Constant,
                Random = (nint)(delegate* unmanaged<ulong>)&Constant,
                Processor = (nint)(delegate* unmanaged<ulong>)&Constant,
                Trace = (nint)(delegate* unmanaged<ulong>)&Constant,
                Feature = (nint)(delegate* unmanaged<ulong, ulong>)&Triple,
                Infer = (nint)(delegate* unmanaged<ulong, byte*, ulong, byte*, ulong, ulong>)&Fill,
            }),
            new HelperFunction(2001, "context_sum", (nint)(delegate* unmanaged<ulong*, ulong>)&FirstField, HelperResult.Scalar, HelperArgument.Context)),
        MinReturn = 0,
        MaxReturn = 63,
        MaxInstructions = 100_000,
        MaxSteps = steps,
    };

    public PolicyMap[] Maps { get; } =
    [
        Make(new("counters", MapKind.Array, 4, 16, 4)),
        Make(new("table", MapKind.Hash, 8, 24, 8)),
        Make(new("local", MapKind.PerProcessorArray, 4, 8, 2)),
        Make(new("records", MapKind.RingBuffer, 0, 0, 4096)),
        Make(new("constants", MapKind.Array, 4, 32, 1, isReadOnly: true)),
    ];

    public VerifiedProgram Verify(Instruction[] code, ProgramType? type = null) =>
        VerifiedProgram.Verify(PolicyProgram.Link("test", Bytecode.Check(code), Maps, Type.Helpers), type ?? Type);

    /// <summary>r0, and everything that the program could change, interpreted without leave to do anything that was not promised.</summary>
    public (ulong Result, string Left) Interpret(VerifiedProgram program, int seed)
    {
        Fill(seed);
        using var allowed = new CheckedMemory(
            new MemoryRegion((ulong)_block, ContextBytes, isWritable: true),
            new MemoryRegion(Data, DataBytes, isWritable: false),
            new MemoryRegion(Buffer, BufferBytes, isWritable: true),
            new MemoryRegion(Out, DataBytes, isWritable: true));
        ulong result = new Interpreter(program.Program, allowed, isStrict: true).Run((ulong)_block, 0, program.LongestRun);
        return (result, Left());
    }

    public (ulong Result, string Left) Run(CompiledProgram program, int seed)
    {
        Fill(seed);
        return (program.Entry(_block), Left());
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_block);
        foreach (PolicyMap map in Maps)
            map.Dispose();
    }

    private ulong Data => (ulong)_block + 192;

    private ulong Buffer => (ulong)_block + 256;

    private ulong Out => (ulong)_block + 384;

    /// <summary>A context from a seed: features are small, large and negative numbers.</summary>
    private void Fill(int seed)
    {
        var random = new Random(seed);
        random.NextBytes(new Span<byte>(_block, AllBytes));
        var words = (ulong*)_block;
        words[0] = (ulong)random.Next(65);
        words[2] = Data;
        words[3] = Data + (ulong)random.Next(6) * 8;
        words[4] = Buffer;
        for (int i = 5; i < 13; i++)
            words[i] = random.Next(3) switch { 0 => (ulong)random.Next(70), 1 => (ulong)random.NextInt64(), _ => (ulong)-random.Next(70) };
        words[14] = Out;
        words[15] = Out + (ulong)random.Next(6) * 8;
        foreach (PolicyMap map in Maps)
        {
            switch (map.Definition.Kind)
            {
                case MapKind.Hash:
                    foreach ((byte[] key, _) in map.Entries().ToArray())
                        map.TryDelete(key);
                    break;
                case MapKind.RingBuffer:
                    while (map.TryRead(out _))
                        continue;
                    break;
                default:
                    for (int i = 0; i < map.Definition.Entries; i++)
                    {
                        var value = new byte[map.Definition.ValueBytes];
                        random.NextBytes(value);
                        map.TrySet(BitConverter.GetBytes(i), value);
                    }

                    break;
            }
        }
    }

    private string Left()
    {
        var text = new System.Text.StringBuilder(Convert.ToHexString(new ReadOnlySpan<byte>(_block, AllBytes)));
        foreach (PolicyMap map in Maps)
            foreach ((byte[] key, byte[] value) in map.Entries())
                text.Append(' ').Append(Convert.ToHexString(key)).Append('=').Append(Convert.ToHexString(value));
        while (Maps[3].TryRead(out byte[] record))
            text.Append(" record ").Append(Convert.ToHexString(record));
        return text.ToString();
    }

    private static PolicyMap Make(MapDefinition definition) => PolicyMap.Create(definition, 2, (nint)(delegate* unmanaged<uint>)&FirstProcessor);

    [UnmanagedCallersOnly]
    private static uint FirstProcessor() => 0;

    [UnmanagedCallersOnly]
    private static ulong Constant() => 0x1234_5678;

    [UnmanagedCallersOnly]
    private static ulong Triple(ulong number) => number * 3;

    [UnmanagedCallersOnly]
    private static ulong FirstField(ulong* context) => *context;

    [UnmanagedCallersOnly]
    private static ulong Fill(ulong model, byte* inputs, ulong inputBytes, byte* outputs, ulong outputBytes)
    {
        byte sum = (byte)model;
        for (ulong i = 0; i < inputBytes; i++)
            sum += inputs[i];
        for (ulong i = 0; i < outputBytes; i++)
            outputs[i] = sum++;
        return 0;
    }
}
