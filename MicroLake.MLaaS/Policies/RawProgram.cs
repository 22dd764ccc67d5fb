using System.Runtime.InteropServices;
using MicroLake.Policies.Execution;
using MicroLake.Policies.Helpers;
using MicroLake.Policies.Instructions;
using MicroLake.Policies.Jit;

namespace MicroLake.Policies;

/// <summary>
/// Runs instructions that nobody verified, by themselves, over one piece of memory: what a conformance suite asks for. Helpers that take
/// addresses are not offered, because nothing checks what they are given.
/// </summary>
public static unsafe class RawProgram
{
    /// <summary>Instructions that an interpreted program may take.</summary>
    private const long InterpreterBudget = 1_000_000_000;

    /// <summary>Jumps backwards and calls that a compiled program may take.</summary>
    private const long CompiledBudget = 4_000_000_000;

    private static readonly HelperTable s_helpers = new(null,
        new(HelperNumber.Time, "time", HostFunctions.Addresses.Time, HelperResult.Scalar),
        new(HelperNumber.Random, "random", HostFunctions.Addresses.Random, HelperResult.Scalar),
        new(HelperNumber.Processor, "processor", HostFunctions.Addresses.Processor, HelperResult.Scalar));

    /// <summary>Runs a program with r1 = the address of a copy of <paramref name="memory"/> (0 if it is empty) and r2 = its length; returns r0.</summary>
    /// <param name="program">Instructions, 8 bytes each.</param>
    /// <param name="memory">What it is given.</param>
    /// <param name="isCompiled">By the compiler, with checks; else by the interpreter.</param>
    /// <exception cref="PolicyException">It is no program, or did what it may not.</exception>
    public static ulong Run(ReadOnlySpan<byte> program, ReadOnlySpan<byte> memory, bool isCompiled)
    {
        PolicyProgram linked = PolicyProgram.Link("raw", Bytecode.Check(Instruction.Read(program)), [], s_helpers);
        var copy = (byte*)NativeMemory.AlignedAlloc((nuint)Math.Max(memory.Length, 1), 64);
        try
        {
            memory.CopyTo(new Span<byte>(copy, memory.Length));
            ulong address = memory.IsEmpty ? 0 : (ulong)copy;
            using var allowed = new CheckedMemory(new MemoryRegion((ulong)copy, (ulong)memory.Length, isWritable: true));
            if (!isCompiled)
                return new Interpreter(linked, allowed).Run(address, (ulong)memory.Length, InterpreterBudget);
            using var compiled = new CheckedProgram(linked, PageCodeMemory.Instance);
            return compiled.Run(allowed, address, (ulong)memory.Length, CompiledBudget);
        }
        finally
        {
            NativeMemory.AlignedFree(copy);
        }
    }
}
