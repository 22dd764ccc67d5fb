using System.Runtime.InteropServices;
using MicroLake.Policies;
using MicroLake.Policies.Execution;
using MicroLake.Policies.Helpers;
using MicroLake.Policies.Instructions;
using MicroLake.Policies.Jit;
using MicroLake.Policies.Maps;

namespace MicroLake.HostTests.Policies;

/// <summary>How a run ended: r0 or the fault, and what was left in memory.</summary>
internal sealed record PolicyOutcome(ulong Result, string? Fault, string Memory);

/// <summary>Runs one program in every way there is over the same addresses, so that results which depend on addresses agree, too.</summary>
internal sealed unsafe class PolicyMachine : IDisposable
{
    private const int MemoryBytes = 4096;

    private readonly byte* _memory = (byte*)NativeMemory.AlignedAlloc(MemoryBytes, 64);

    public static HelperTable Helpers { get; } = StandardHelpers.Create(HostFunctions.Addresses);

    public static PolicyProgram Link(Instruction[] code, params PolicyMap[] maps) => PolicyProgram.Link("test", Bytecode.Check(code), maps, Helpers);

    public PolicyOutcome Interpret(PolicyProgram program, ReadOnlySpan<byte> memory, long budget, bool isStrict = false)
    {
        using CheckedMemory allowed = Grant(memory);
        ulong address = Address(memory), length = (ulong)memory.Length;
        return Outcome(memory.Length, () => new Interpreter(program, allowed, isStrict).Run(address, length, budget));
    }

    public PolicyOutcome RunChecked(PolicyProgram program, ReadOnlySpan<byte> memory, long budget, bool hasBmi2)
    {
        using CheckedMemory allowed = Grant(memory);
        using var compiled = new CheckedProgram(program, PageCodeMemory.Instance, hasBmi2);
        ulong address = Address(memory), length = (ulong)memory.Length;
        return Outcome(memory.Length, () => compiled.Run(allowed, address, length, budget));
    }

    /// <summary>Without checks: only for programs that are known to do no harm.</summary>
    public PolicyOutcome RunUnchecked(PolicyProgram program, ReadOnlySpan<byte> memory, bool hasBmi2)
    {
        byte[] code = JitCompiler.Compile(program, isChecked: false, hasBmi2);
        nint entry = PageCodeMemory.Instance.Place(code);
        Fill(memory);
        ulong address = Address(memory), length = (ulong)memory.Length;
        PolicyOutcome outcome = Outcome(memory.Length, () => ((delegate* unmanaged<ulong, ulong, ulong>)entry)(address, length));
        PageCodeMemory.Instance.Free(entry, code.Length);
        return outcome;
    }

    public void Dispose() => NativeMemory.AlignedFree(_memory);

    private CheckedMemory Grant(ReadOnlySpan<byte> memory)
    {
        Fill(memory);
        return new CheckedMemory(new MemoryRegion((ulong)_memory, (ulong)memory.Length, isWritable: true));
    }

    private void Fill(ReadOnlySpan<byte> memory)
    {
        new Span<byte>(_memory, MemoryBytes).Clear();
        memory.CopyTo(new Span<byte>(_memory, MemoryBytes));
    }

    private ulong Address(ReadOnlySpan<byte> memory) => memory.IsEmpty ? 0 : (ulong)_memory;

    private PolicyOutcome Outcome(int length, Func<ulong> run)
    {
        ulong result = 0;
        string? fault = null;
        try
        {
            result = run();
        }
        catch (PolicyFaultException e)
        {
            fault = e.Message;
        }

        return new(result, fault, Convert.ToHexString(new ReadOnlySpan<byte>(_memory, length)));
    }
}
