using Iced.Intel;
using MicroLake.Policies.Jit;
using Xunit;

namespace MicroLake.HostTests.Policies;

/// <summary>What the encoder writes, read back by another disassembler: every form over every register.</summary>
public sealed class X64EncoderTests
{
    private static readonly X64[] s_registers = Enum.GetValues<X64>();
    private static readonly int[] s_offsets = [0, 8, -8, 127, -128, 128, -129, 0x12345];

    [Fact]
    public void Moves_and_arithmetic_of_registers()
    {
        foreach (X64 a in s_registers)
        {
            foreach (X64 b in s_registers)
            {
                Expect(e => e.Move(a, b, true), $"mov {R(a)},{R(b)}");
                Expect(e => e.Move(a, b, false), $"mov {D(a)},{D(b)}");
                foreach (X64Operation operation in Enum.GetValues<X64Operation>())
                    Expect(e => e.Operate(operation, a, b, true), $"{Name(operation)} {R(a)},{R(b)}");
                Expect(e => e.Test(a, b, false), $"test {D(a)},{D(b)}");
                Expect(e => e.Multiply(a, b, true), $"imul {R(a)},{R(b)}");
                Expect(e => e.Multiply(a, b, -5, true), $"imul {R(a)},{R(b)},-5", $"imul {R(a)},-5");
                Expect(e => e.Multiply(a, b, 0x12345, false), $"imul {D(a)},{D(b)},12345h", $"imul {D(a)},12345h");
                Expect(e => e.Extend(a, b, 8, true, true), $"movsx {R(a)},{B(b)}");
                Expect(e => e.Extend(a, b, 16, true, false), $"movsx {D(a)},{W(b)}");
                Expect(e => e.Extend(a, b, 32, true, true), $"movsxd {R(a)},{D(b)}");
                Expect(e => e.Extend(a, b, 16, false, false), $"movzx {D(a)},{W(b)}");
                Expect(e => e.ShiftBy(X64Shift.Left, a, b, true), $"shlx {R(a)},{R(a)},{R(b)}");
                Expect(e => e.ShiftBy(X64Shift.Right, a, b, false), $"shrx {D(a)},{D(a)},{D(b)}");
                Expect(e => e.ShiftBy(X64Shift.RightSigned, a, b, true), $"sarx {R(a)},{R(a)},{R(b)}");
            }

            Expect(e => e.MoveConstant(a, 0), $"xor {D(a)},{D(a)}");
            Expect(e => e.MoveConstant(a, 0x89ABCDEF), $"mov {D(a)},-76543211h");
            Expect(e => e.MoveConstant(a, ulong.MaxValue), $"mov {R(a)},-1");
            Expect(e => e.MoveConstant(a, 0x1122334455667788), $"mov {R(a)},1122334455667788h");
            Expect(e => e.Operate(X64Operation.And, a, -8, true), $"and {R(a)},-8");
            Expect(e => e.Operate(X64Operation.Compare, a, 0x12345, false), $"cmp {D(a)},12345h");
            Expect(e => e.Test(a, 0x100, true), $"test {R(a)},100h");
            Expect(e => e.Shift(X64Shift.RightSigned, a, 5, true), $"sar {R(a)},5");
            Expect(e => e.ShiftByCl(X64Shift.Left, a, false), $"shl {D(a)},cl");
            Expect(e => e.RotateHalf(a), $"ror {W(a)},8");
            Expect(e => e.SwapBytes(a, true), $"bswap {R(a)}");
            Expect(e => e.SwapBytes(a, false), $"bswap {D(a)}");
            Expect(e => e.Negate(a, true), $"neg {R(a)}");
            Expect(e => e.Divide(a, true, false), $"idiv {D(a)}");
            Expect(e => e.Divide(a, false, true), $"div {R(a)}");
            Expect(e => e.Push(a), $"push {R(a)}");
            Expect(e => e.Pop(a), $"pop {R(a)}");
            Expect(e => e.CallRegister(a), $"call {R(a)}");
        }

        Expect(e => e.ExtendRax(true), "cqo");
        Expect(e => e.ExtendRax(false), "cdq");
        Expect(e => e.Return(), "ret");
        Expect(e => e.Leave(), "leave");
        Expect(e => e.FillWords(), "rep stosq");
    }

    [Fact]
    public void Loads_and_stores_with_every_address()
    {
        foreach (X64 a in s_registers)
        {
            foreach (X64 b in s_registers)
            {
                foreach (int offset in s_offsets)
                {
                    string m = Memory(b, offset);
                    Expect(e => e.Load(a, b, offset, 8, false), $"mov {R(a)},{m}");
                    Expect(e => e.Load(a, b, offset, 4, false), $"mov {D(a)},{m}");
                    Expect(e => e.Load(a, b, offset, 4, true), $"movsxd {R(a)},dword ptr {m}");
                    Expect(e => e.Load(a, b, offset, 2, false), $"movzx {D(a)},word ptr {m}");
                    Expect(e => e.Load(a, b, offset, 1, true), $"movsx {R(a)},byte ptr {m}");
                    Expect(e => e.Store(b, offset, a, 8), $"mov {m},{R(a)}");
                    Expect(e => e.Store(b, offset, a, 4), $"mov {m},{D(a)}");
                    Expect(e => e.Store(b, offset, a, 2), $"mov {m},{W(a)}");
                    Expect(e => e.Store(b, offset, a, 1), $"mov {m},{B(a)}");
                    Expect(e => e.Address(a, b, offset), $"lea {R(a)},{m}");
                    Expect(e => e.Exchange(a, b, offset, true), $"xchg {R(a)},{m}", $"xchg {m},{R(a)}");
                    Expect(e => e.ExchangeAdd(a, b, offset, false), $"lock xadd {m},{D(a)}");
                    Expect(e => e.CompareExchange(a, b, offset, true), $"lock cmpxchg {m},{R(a)}");
                    Expect(e => e.OperateMemory(X64Operation.Xor, b, offset, a, true, isLocked: true), $"lock xor {m},{R(a)}");
                    Expect(e => e.CompareMemory(a, b, offset), $"cmp {R(a)},{m}");
                    Expect(e => e.SubtractMemory(a, b, offset), $"sub {R(a)},{m}");
                }
            }

            Expect(e => e.StoreConstant(a, -8, -2, 8), $"mov qword ptr {Memory(a, -8)},-2");
            Expect(e => e.StoreConstant(a, 8, 0x1234, 2), $"mov word ptr {Memory(a, 8)},1234h");
            Expect(e => e.StoreConstant(a, 0, 7, 1), $"mov byte ptr {Memory(a, 0)},7");
            Expect(e => e.OperateMemory(X64Operation.Sub, a, 8, 1), $"sub qword ptr {Memory(a, 8)},1");
            Expect(e => e.OperateMemory(X64Operation.Add, a, 8, 1000, wide: false), $"add dword ptr {Memory(a, 8)},3E8h");
        }
    }

    [Fact]
    public void Addresses_are_sums_of_any_two_registers()
    {
        foreach (X64 a in s_registers)
        {
            foreach (X64 b in s_registers)
            {
                foreach (int offset in s_offsets)
                {
                    // RSP cannot be an index.
                    if (a == X64.Rsp)
                        continue;
                    string m = Memory(b, offset).Replace(R(b), $"{R(b)}+{R(a)}", StringComparison.Ordinal);
                    Expect(e => e.Load(a, b, offset, 8, false, index: a), $"mov {R(a)},{m}");
                    Expect(e => e.Load(X64.R9, b, offset, 2, false, index: a), $"movzx r9d,word ptr {m}");
                    Expect(e => e.Store(b, offset, X64.Rsi, 1, index: a), $"mov {m},sil");
                    Expect(e => e.Address(X64.Rax, b, a, offset, wide: true), $"lea rax,{m}");
                    Expect(e => e.Address(X64.Rax, b, a, offset, wide: true, shift: 3), $"lea rax,{Memory(b, offset).Replace(R(b), $"{R(b)}+{R(a)}*8", StringComparison.Ordinal)}");
                }
            }
        }
    }

    [Fact]
    public void Jumps_lead_where_they_are_patched_to()
    {
        var encoder = new X64Encoder();
        encoder.JumpIf(X64Condition.LessOrEqual, 0, isShort: true);
        int shortEnd = encoder.Length;
        encoder.JumpIf(X64Condition.Above, 0, isShort: false);
        int nearEnd = encoder.Length;
        encoder.PatchShort(shortEnd);
        encoder.Patch(nearEnd, 0x1000, isShort: false);
        Assert.Equal(["jle short 8", "ja near ptr 0000000000001008h"], Disassemble(encoder.Bytes));
    }

    private static void Expect(Action<X64Encoder> write, params string[] any)
    {
        var encoder = new X64Encoder();
        write(encoder);
        string text = Assert.Single(Disassemble(encoder.Bytes));
        Assert.Contains(text.Replace("qword ptr ", any[0].Contains("qword ptr", StringComparison.Ordinal) ? "qword ptr " : ""), any);
    }

    internal static List<string> Disassemble(ReadOnlySpan<byte> code)
    {
        var decoder = Decoder.Create(64, code.ToArray());
        var formatter = new MasmFormatter();
        formatter.Options.MemorySizeOptions = MemorySizeOptions.Default;
        formatter.Options.RipRelativeAddresses = true;
        formatter.Options.SignedImmediateOperands = true;
        var lines = new List<string>();
        while (decoder.IP < (ulong)code.Length)
        {
            Iced.Intel.Instruction instruction = decoder.Decode();
            Assert.False(instruction.IsInvalid, $"invalid code at {instruction.IP:x}");
            var output = new StringOutput();
            formatter.Format(instruction, output);
            lines.Add(output.ToString());
        }

        return lines;
    }

    private static string Name(X64Operation operation) => operation == X64Operation.Compare ? "cmp" : operation.ToString().ToLowerInvariant();

    private static string R(X64 register) => register.ToString().ToLowerInvariant();

    private static string D(X64 register) => register < X64.R8 ? "e" + R(register)[1..] : R(register) + "d";

    private static string W(X64 register) => register < X64.R8 ? R(register)[1..] : R(register) + "w";

    private static string B(X64 register) => register switch
    {
        < X64.Rsp => R(register)[1..2] + "l",
        < X64.R8 => R(register)[1..] + "l",
        _ => R(register) + "b",
    };

    private static string Memory(X64 register, int offset) => offset switch
    {
        0 => $"[{R(register)}]",
        < 0 => $"[{R(register)}-{Hex(-offset)}]",
        _ => $"[{R(register)}+{Hex(offset)}]",
    };

    private static string Hex(int value)
    {
        if (value < 10)
            return $"{value}";
        string digits = $"{value:X}";
        return char.IsAsciiLetter(digits[0]) ? $"0{digits}h" : $"{digits}h";
    }
}
