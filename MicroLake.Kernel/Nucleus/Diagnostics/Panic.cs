using System;
using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Boot;
using MicroLake.Nucleus.Memory;
using MicroLake.Nucleus.Scheduling;

namespace MicroLake.Nucleus.Diagnostics;

/// <summary>The end: says what happened, where and on which thread, and leaves QEMU with a status of its own.</summary>
internal static unsafe class Panic
{
    /// <summary>Port and value of QEMU's isa-debug-exit device; QEMU's exit status is value * 2 + 1 = 85.</summary>
    private const ushort DebugExitPort = 0xf4;
    private const byte PanicStatus = 0x2a;

    private const int MaxFrames = 48;

    private static uint s_panickingPlusOne;

    /// <summary>A processor has panicked, and the others are to stop where they are.</summary>
    public static bool IsUnderWay => System.Threading.Volatile.Read(ref s_panickingPlusOne) != 0;

    /// <summary>A broken invariant found by code.</summary>
    public static void Raise(ReadOnlySpan<byte> message, ulong value)
    {
        Begin(message, value);
        Backtrace(Processor.FramePointer());
        Leave();
    }

    /// <summary>A message of the platform layer or of managed code (runtime abort, unhandled exception).</summary>
    public static void RaiseText(byte* message, int length)
    {
        BeginWith();
        Log.Bytes(message, length);
        Log.Text("\n"u8);
        DescribeThread();
        Backtrace(Processor.FramePointer());
        Leave();
    }

    /// <summary>A trap that nobody handles.</summary>
    public static void Trap(TrapFrame* frame, ReadOnlySpan<byte> what, ulong value)
    {
        Begin(what, value);
        Log.Text("  at  "u8);
        WriteLocation(frame->Rip, true);
        Registers(frame);
        Backtrace(frame->Rbp);
        Leave();
    }

    private static void Begin(ReadOnlySpan<byte> message, ulong value)
    {
        BeginWith();
        Log.Text(message);
        Log.Text(" ("u8);
        Log.Hex(value);
        Log.Text(")\n"u8);
        DescribeThread();
    }

    private static void BeginWith()
    {
        _ = Processor.DisableInterrupts();
        uint self = Processors.Count != 0 ? Processor.CurrentCpu()->Index : 0;
        uint first = System.Threading.Interlocked.CompareExchange(ref s_panickingPlusOne, self + 1, 0);
        if (first == self + 1)
        {
            // A fault while panicking: what was printed has to do.
            Leave();
        }

        if (first != 0)
            Processor.HaltForever();
        StopOthers(self);
        Log.EnterPanic();
        RunToken.WriteMessage("panic"u8);
        Log.Text("\nPANIC: "u8);
    }

    private static void StopOthers(uint self)
    {
        for (int i = 0; i < Processors.Count; i++)
            if (i != self)
                LocalApic.SendNonMaskable(Processors.At(i)->ApicId);
    }

    private static void DescribeThread()
    {
        PerCpu* cpu = Processor.CurrentCpu();
        if (cpu == null || cpu->Current == null)
        {
            Log.Line("  thread: none yet (boot)"u8);
            return;
        }

        Thread* thread = cpu->Current;
        Log.Text("  thread: "u8);
        Log.Decimal(thread->Id & 0xffff);
        Log.Text(" \""u8);
        int length = 0;
        while (length < Thread.NameBytes && thread->Name[length] != 0)
            length++;
        Log.Bytes(thread->Name, length);
        Log.Text("\" on processor "u8);
        Log.Decimal(cpu->Index);
        Log.Text("\n"u8);
    }

    private static void Registers(TrapFrame* frame)
    {
        Register("  rax "u8, frame->Rax, " rbx "u8, frame->Rbx, " rcx "u8, frame->Rcx, " rdx "u8, frame->Rdx);
        Register("  rsi "u8, frame->Rsi, " rdi "u8, frame->Rdi, " rbp "u8, frame->Rbp, " rsp "u8, frame->Rsp);
        Register("  r8  "u8, frame->R8, " r9  "u8, frame->R9, " r10 "u8, frame->R10, " r11 "u8, frame->R11);
        Register("  r12 "u8, frame->R12, " r13 "u8, frame->R13, " r14 "u8, frame->R14, " r15 "u8, frame->R15);
        Register("  rip "u8, frame->Rip, " flags "u8, frame->Rflags, " error "u8, frame->ErrorCode, " cr2 "u8, Processor.ReadCr2());
    }

    private static void Register(
        ReadOnlySpan<byte> name0, ulong value0, ReadOnlySpan<byte> name1, ulong value1,
        ReadOnlySpan<byte> name2, ulong value2, ReadOnlySpan<byte> name3, ulong value3)
    {
        Log.Text(name0);
        Log.Hex(value0);
        Log.Text(name1);
        Log.Hex(value1);
        Log.Text(name2);
        Log.Hex(value2);
        Log.Text(name3);
        Log.Hex(value3);
        Log.Text("\n"u8);
    }

    /// <summary>Follows the frame pointers, each checked for being mapped memory before it is read.</summary>
    private static void Backtrace(ulong framePointer)
    {
        Log.Line("  backtrace:"u8);
        int repeated = 0;
        ulong last = 0;
        for (int i = 0; i < MaxFrames; i++)
        {
            if (!IsReadable(framePointer))
                break;
            ulong returnAddress = *(ulong*)(framePointer + 8);
            ulong next = *(ulong*)framePointer;
            if (returnAddress == last)
            {
                repeated++;
            }
            else
            {
                Log.Text("    "u8);
                WriteLocation(returnAddress, false);
            }

            last = returnAddress;
            if (next <= framePointer)
                break;
            framePointer = next;
        }

        if (repeated != 0)
        {
            Log.Text("    ("u8);
            Log.Decimal((ulong)repeated);
            Log.Line(" repeated frames left out)"u8);
        }
    }

    private static void WriteLocation(ulong address, bool exact)
    {
        Log.Hex(address);
        // A return address may already be the first byte of the next method.
        if (KernelSymbols.TryFind(exact ? address : address - 1, out Symbol symbol))
        {
            byte* name = stackalloc byte[SymbolTable.MaxNameBytes];
            Log.Text("  "u8);
            Log.Bytes(name, KernelSymbols.WriteName(symbol, name));
            Log.Text("+"u8);
            Log.Hex(address - symbol.Start);
        }

        Log.Text("\n"u8);
    }

    private static bool IsReadable(ulong address)
    {
        if ((address & 7) != 0 || address < PageTable.PageBytes)
            return false;
        if (KernelPageTable.Root == 0)
            return address >= ImageLayout.KernelBase;
        ulong* low = PageTable.Find(KernelPageTable.Root, address);
        ulong* high = PageTable.Find(KernelPageTable.Root, address + 8);
        return low != null && high != null && (*low & PageTable.Present) != 0 && (*high & PageTable.Present) != 0;
    }

    private static void Leave()
    {
        Processor.Out8(DebugExitPort, PanicStatus);
        Processor.HaltForever();
    }
}
