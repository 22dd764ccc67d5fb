using System.Runtime.CompilerServices;
using MicroLake.Nn.Kernels;

namespace MicroLake.Nn.Planning;

/// <summary>A plan with its kernels and its table of addresses. Running it is calling the kernels in turn.</summary>
internal sealed unsafe class CompiledPlan
{
    private readonly Kernel[] _kernels;
    private readonly AlignedBuffer _table;
    private readonly AlignedBuffer _arena;
    private readonly ConstantTensor[] _constants;

    public CompiledPlan(
        Kernel[] kernels,
        int slots,
        (int Slot, long Offset)[] arenaSlots,
        (int Slot, ConstantTensor Constant)[] constants,
        AlignedBuffer arena,
        long[] inputBytes,
        long[] outputBytes)
    {
        _kernels = kernels;
        _arena = arena;
        _constants = Array.ConvertAll(constants, c => c.Constant);
        InputBytes = inputBytes;
        OutputBytes = outputBytes;
        _table = new(Math.Max(1, slots) * sizeof(nint));
        Slots = (byte**)_table.Address;
        foreach ((int slot, long offset) in arenaSlots)
            Slots[slot] = arena.Address + offset;
        foreach ((int slot, ConstantTensor constant) in constants)
            Slots[slot] = constant.Buffer.Address;
    }

    /// <summary>Addresses by slot: the inputs first, then the outputs, which the session sets before each run.</summary>
    public byte** Slots { get; }

    /// <summary>Bytes that one run reads of each input.</summary>
    public long[] InputBytes { get; }

    /// <summary>Bytes that one run writes of each output.</summary>
    public long[] OutputBytes { get; }

    /// <summary>Runs every kernel once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Run()
    {
        byte** slots = Slots;
        foreach (Kernel kernel in _kernels)
            kernel.Run(slots);
    }
}
