using System.Runtime;
using System.Runtime.CompilerServices;
using MicroLake.Abi;

namespace MicroLake.Program;

/// <summary>
/// Stands between the kernel and the runtime's signal handlers. A signal that finds its thread in platform code is dropped (the runtime asks
/// again): by the runtime's tables that code is managed code, but its callers may be C++. A fault there is the end of the process.
/// </summary>
internal static unsafe class SignalFilter
{
    private const int SignalCount = 64;
    private const int SegmentationFault = 11;
    private const int FloatingPointError = 8;
    private const int IllegalInstruction = 4;
    private const int BreakpointTrap = 5;

    /// <summary>Offset of the instruction pointer in Linux's ucontext_t on x86-64.</summary>
    private const int InstructionOffset = 168;

    private struct HandlerTable
    {
        public fixed ulong Handlers[SignalCount];
    }

    private struct ProgramAddresses
    {
        public ulong Start, SymbolsStart, SymbolsEnd;
    }

    private static HandlerTable s_handlers;
    private static SymbolTable s_symbols;

    /// <summary>The platform's way to set a handler; returns the one before (0: none).</summary>
    [RuntimeExport("mk_signal_set_handler")]
    private static ulong SetHandler(int signal, ulong handler)
    {
        if (signal is <= 0 or >= SignalCount)
            return 0;
        if (s_symbols.Count == 0)
        {
            ProgramAddresses* program = Addresses();
            _ = s_symbols.Initialize((byte*)program->SymbolsStart, program->SymbolsEnd - program->SymbolsStart);
        }

        ulong previous;
        fixed (HandlerTable* table = &s_handlers)
        {
            previous = table->Handlers[signal];
            table->Handlers[signal] = handler;
        }

        // 0 and 1 stand for "default" and "ignore".
        _ = KernelSetHandler(signal, handler <= 1 ? handler : FilterAddress());
        return previous;
    }

    [RuntimeExport("program_signal")]
    private static void Filter(int signal, void* information, byte* context)
    {
        ulong instruction = *(ulong*)(context + InstructionOffset);
        if (IsPlatform(instruction))
        {
            // Without a handler the same instruction faults again, and the kernel tells where.
            if (signal is SegmentationFault or FloatingPointError or IllegalInstruction or BreakpointTrap)
                _ = KernelSetHandler(signal, 0);
            return;
        }

        ulong handler;
        fixed (HandlerTable* table = &s_handlers)
            handler = table->Handlers[signal];
        if (handler > 1)
            Invoke(signal, information, context, handler);
    }

    private static bool IsPlatform(ulong address)
    {
        ProgramAddresses* program = Addresses();
        return address >= program->Start && address < program->SymbolsEnd
            && s_symbols.TryFind(address - program->Start, out Symbol symbol) && symbol.IsNucleus != 0;
    }

    [RuntimeImport("*", "kernel_set_handler")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern ulong KernelSetHandler(int signal, ulong handler);

    [RuntimeImport("*", "program_signal_address")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern ulong FilterAddress();

    /// <summary>Calls a C function with the first three arguments.</summary>
    [RuntimeImport("*", "program_invoke")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void Invoke(int signal, void* information, void* context, ulong function);

    [RuntimeImport("*", "program_addresses")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern ProgramAddresses* Addresses();
}
