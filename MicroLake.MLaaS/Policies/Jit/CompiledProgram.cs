using System.Runtime.Intrinsics.X86;
using MicroLake.Policies.Verification;

namespace MicroLake.Policies.Jit;

/// <summary>
/// A verified program as machine code. <see cref="Entry"/> may be called from anywhere: on any processor, in interrupts, with interrupts off; it
/// allocates nothing, takes no page fault of its own and does not know of the collector. It needs 600 bytes of stack for each of
/// <see cref="VerifiedProgram.Frames"/>, and what the helpers need.
/// </summary>
public sealed unsafe class CompiledProgram : IDisposable
{
    private readonly ICodeMemory _memory;
    private nint _entry;

    /// <exception cref="OutOfMemoryException">There is no memory for the code.</exception>
    /// <exception cref="PlatformNotSupportedException">The processor is none that this compiler knows.</exception>
    public CompiledProgram(VerifiedProgram program, ICodeMemory memory)
    {
        JitTarget.Require();
        byte[] code = JitCompiler.Compile(program.Program, isChecked: false, Bmi2.X64.IsSupported);
        Verified = program;
        CodeBytes = code.Length;
        _memory = memory;
        _entry = memory.Place(code);
    }

    public VerifiedProgram Verified { get; }

    public int CodeBytes { get; }

    /// <summary>The program as a C function: it takes the context's address, returns the decision, and is valid until <see cref="Dispose"/>.</summary>
    public delegate* unmanaged<void*, ulong> Entry
    {
        get
        {
            ObjectDisposedException.ThrowIf(_entry == 0, this);
            return (delegate* unmanaged<void*, ulong>)_entry;
        }
    }

    /// <summary>Where <see cref="Entry"/> is.</summary>
    public nint Address => (nint)Entry;

    /// <summary>Gives the code back. The caller has seen to it that nobody runs it any more.</summary>
    public void Dispose()
    {
        if (_entry == 0)
            return;
        _memory.Free(_entry, CodeBytes);
        _entry = 0;
    }
}
