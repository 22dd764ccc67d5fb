using Iced.Intel;
using MicroLake.Policies;
using MicroLake.Policies.Jit;
using Xunit;

namespace MicroLake.HostTests.Policies;

/// <summary>Compiled code as a whole, read by another disassembler.</summary>
public sealed class JitCodeTests
{
    [Fact]
    public void All_code_can_be_decoded_and_branches_lead_to_instructions()
    {
        for (int seed = 0; seed < 500; seed++)
        {
            PolicyProgram program = PolicyMachine.Link(new RandomPrograms(new Random(seed)).Any(64));
            foreach (bool isChecked in new[] { false, true })
            {
                byte[] code = JitCompiler.Compile(program, isChecked, hasBmi2: seed % 2 == 0);
                var starts = new HashSet<ulong>();
                var targets = new List<ulong>();
                var decoder = Decoder.Create(64, code);
                Iced.Intel.Instruction last = default;
                while (decoder.IP < (ulong)code.Length)
                {
                    last = decoder.Decode();
                    Assert.False(last.IsInvalid, $"seed {seed}: invalid code at {last.IP:x}");
                    starts.Add(last.IP);
                    if (last.FlowControl is FlowControl.ConditionalBranch or FlowControl.UnconditionalBranch or FlowControl.Call)
                        targets.Add(last.NearBranchTarget);
                }

                Assert.Equal(Code.Retnq, last.Code);
                Assert.All(targets, t => Assert.Contains(t, starts));
            }
        }
    }

    [Fact]
    public void A_function_without_stack_or_calls_has_no_frame() =>
        Assert.Equal(["mov rax,rdi", "sub rax,rsi", "ret"], Compile("r0 = r1\nr0 -= r2\nexit"));

    [Fact]
    public void A_function_saves_what_it_writes() =>
        Assert.Equal(["push rbx", "mov rbx,rdi", "mov rax,rbx", "pop rbx", "ret"], Compile("r6 = r1\nr0 = r6\nexit"));

    [Fact]
    public void Stack_is_aligned_where_helpers_are_called()
    {
        List<string> code = Compile("r6 = r1\n*(u64 *)(r10 - 8) = 1\ncall 5\nexit");
        Assert.Equal(["push rbp", "mov rbp,rsp", "sub rsp,208h", "push rbx"], code[..4]);
        Assert.Equal(["pop rbx", "leave", "ret"], code[^3..]);
    }

    [Fact]
    public void Sums_are_addresses()
    {
        Assert.Equal(["lea rax,[rdi+8]", "ret"], Compile("r0 = r1\nr0 += 8\nexit"));
        Assert.Equal(["lea rax,[rdi+rsi]", "ret"], Compile("r0 = r1\nr0 += r2\nexit"));
        Assert.Equal(["lea rax,[rdi+rdi]", "ret"], Compile("r0 = r1\nr0 += r0\nexit"));
        Assert.Equal(["movzx eax,byte ptr [rdi+rsi+5]", "ret"], Compile("r3 = r1\nr3 += r2\nr0 = *(u8 *)(r3 + 5)\nexit"));
        Assert.Equal(["xor eax,eax", "mov [rdi+rsi-8],rax", "ret"], Compile("r0 = 0\nr3 = r1\nr3 += r2\n*(u64 *)(r3 - 8) = r0\nexit"));
        // The sum is needed afterwards, or is itself what is stored.
        Assert.Equal(["lea rdx,[rdi+rsi]", "mov rax,[rdx]", "add rax,rdx", "ret"], Compile("r3 = r1\nr3 += r2\nr0 = *(u64 *)(r3 + 0)\nr0 += r3\nexit"));
        Assert.Equal(["xor eax,eax", "lea rdx,[rdi+rsi]", "mov [rdx],rdx", "ret"], Compile("r0 = 0\nr3 = r1\nr3 += r2\n*(u64 *)(r3 + 0) = r3\nexit"));
        Assert.Equal(["lea rdx,[rdi+rsi*4]", "mov eax,[rdx]", "ret"], Compile("r2 <<= 2\nr3 = r1\nr3 += r2\nr0 = *(u32 *)(r3 + 0)\nexit"));
        Assert.Equal("shl rsi,2", Compile("r2 <<= 2\nr3 = r1\nr3 += r2\nr0 = *(u32 *)(r3 + 0)\nr0 += r2\nexit")[0]);
        Assert.Equal("shl rsi,4", Compile("r2 <<= 4\nr3 = r1\nr3 += r2\nr0 = *(u32 *)(r3 + 0)\nexit")[0]);
        // A jump leads between.
        Assert.Equal("mov rdx,rdi", Compile("r3 = r2\nif r1 == 0 goto A\nr3 = r1\nA:\nr3 += r2\nr0 = *(u64 *)(r3 + 0)\nexit")[3]);
    }

    [Fact]
    public void Counting_in_memory_is_one_instruction()
    {
        Assert.Equal(["add dword ptr [rdi+4],1", "xor eax,eax", "ret"], Compile("r2 = *(u32 *)(r1 + 4)\nw2 += 1\n*(u32 *)(r1 + 4) = r2\nr0 = 0\nexit"));
        Assert.Equal(["add qword ptr [rdi],3E8h", "xor eax,eax", "ret"], Compile("r2 = *(u64 *)(r1 + 0)\nr2 += 1000\n*(u64 *)(r1 + 0) = r2\nr0 = 0\nexit"));
        foreach (string other in (string[])[
            "r2 = *(u32 *)(r1 + 4)\nw2 += 1\n*(u32 *)(r1 + 4) = r2\nr0 = r2\nexit", "r2 = *(u64 *)(r1 + 0)\nw2 += 1\n*(u64 *)(r1 + 0) = r2\nr0 = 0\nexit",
            "r2 = *(u32 *)(r1 + 4)\nw2 += 1\n*(u32 *)(r1 + 8) = r2\nr0 = 0\nexit"])
            Assert.Contains(Compile(other), line => line.StartsWith("mov [rdi", StringComparison.Ordinal));
    }

    [Fact]
    public void A_jump_over_a_jump_is_one() =>
        Assert.Equal(["xor eax,eax", "test rdi,rdi", "jne short 000000000000000Bh", "add rax,1", "ret"], Compile("r0 = 0\nif r1 == 0 goto A\ngoto B\nA:\nr0 += 1\nB:\nexit"));

    [Fact]
    public void A_jump_to_a_comparison_is_a_comparison() =>
        Assert.Equal(2, Compile("r0 = 0\ngoto B\nA:\nr0 += 1\nB:\nr2 -= 1\nif r2 > 7 goto A\nexit").Count(line => line == "cmp rsi,7"));

    /// <summary>Several turns follow each other without a comparison, as often as their number can be divided.</summary>
    [Theory]
    [InlineData("r3", 0, 1, 12, 6)]
    [InlineData("r3", 0, 1, 64, 8)]
    [InlineData("r3", 0, 1, 9, 3)]
    [InlineData("r3", 10, -5, 0, 2)]
    [InlineData("w3", 8, -1, 0, 8)]
    [InlineData("w3", 0, 1, 11, 1)]
    [InlineData("r3", 0, 3, 4, 1)]
    [InlineData("r3", 0, -1, 4, 1)]
    public void Turns_of_a_counted_loop_follow_each_other(string counter, int first, int step, int last, int turns)
    {
        foreach (string end in (string[])[$"if {counter} != {last} goto A\nexit", $"if {counter} == {last} goto B\ngoto A\nB:\nexit"])
            Assert.Equal(turns, Compile($"r0 = 0\n{counter} = {first}\nA:\nr0 += r1\n{counter} += {step}\n{end}").Count(IsAdded));
    }

    [Fact]
    public void Turns_have_sums_of_their_own_and_one_counter() => Assert.Equal(
        [
            "xor eax,eax", "xor edx,edx", "xor r11d,r11d", "xor r10d,r10d", "xor r9d,r9d",
            "mov rcx,[rdi+rdx]", "add rax,rcx", "mov rcx,[rdi+rdx+8]", "add r11,rcx", "mov rcx,[rdi+rdx+10h]", "add r10,rcx", "mov rcx,[rdi+rdx+18h]", "add r9,rcx",
            "add rdx,20h", "cmp rdx,20h", "jne short 000000000000000Dh", "add rax,r11", "add rax,r10", "add rax,r9", "ret",
        ],
        Compile("r0 = 0\nr3 = 0\nA:\nr4 = r1\nr4 += r3\nr4 = *(u64 *)(r4 + 0)\nr0 += r4\nr3 += 8\nif r3 != 32 goto A\nexit"));

    /// <summary>What else is done with sum or counter must find them as they are.</summary>
    [Theory]
    [InlineData("r0 += r1\nr2 = r0", "r3 += 1")]
    [InlineData("r0 += r1\nr0 += r1", "r3 += 1")]
    [InlineData("r0 += r1\nr2 /= 3", "r3 += 1")]
    [InlineData("r0 += r0", "r3 += 1")]
    [InlineData("w0 += w1", "r3 += 1")]
    public void Other_sums_are_one(string body, string step) =>
        Assert.DoesNotContain(Compile($"r0 = 0\nr2 = 9\nr3 = 0\nA:\n{body}\n{step}\nif r3 != 8 goto A\nexit"), line => line.StartsWith("xor r11d", StringComparison.Ordinal));

    [Theory]
    [InlineData("r0 += r3\nr3 += 1")]
    [InlineData("r3 += 1\nr0 += r1")]
    [InlineData("r4 = r3\nr4 += r3\nr4 = *(u8 *)(r4 + 0)\nr0 += r4\nr3 += 1")]
    [InlineData("r4 = r1\nr4 += r3\n*(u64 *)(r4 + 0) = r3\nr3 += 1")]
    [InlineData("r4 = *(u8 *)(r3 + 0)\nr3 += 1")]
    [InlineData("r4 = r1\nr4 += r3\nr5 = *(u8 *)(r4 + 0)\nr0 += r4\nr3 += 1")]
    public void A_counter_that_is_more_than_part_of_an_address_is_changed_each_turn(string body) =>
        Assert.Equal(8, Compile($"r0 = 0\nr3 = 0\nA:\n{body}\nif r3 != 8 goto A\nexit").Count(line => line == "add rdx,1"));

    [Theory]
    [InlineData("r0 = 0\nr3 = 0\nif r1 == 0 goto A\nr3 = 4\nA:\nr0 += r1\nr3 += 1\nif r3 != 8 goto A\nexit")]
    [InlineData("r0 = 0\nr3 = r2\nA:\nr0 += r1\nr3 += 1\nif r3 != 8 goto A\nexit")]
    [InlineData("r0 = 0\nr3 = 0\nA:\nr0 += r1\nr3 += 1\nr3 += 1\nif r3 != 8 goto A\nexit")]
    [InlineData("r0 = 0\nr3 = 0\nA:\nr0 += r1\nif r0 == 5 goto B\nr3 += 1\nif r3 != 8 goto A\nB:\nexit")]
    public void Turns_that_cannot_be_counted_are_compared(string text) => Assert.Single(Compile(text), IsAdded);

    [Fact]
    public void Loops_give_what_the_interpreter_does()
    {
        using var machine = new PolicyMachine();
        byte[] memory = new byte[256];
        new Random(1).NextBytes(memory);
        for (int turns = 1; turns <= 32; turns++)
        {
            PolicyProgram program = PolicyMachine.Link(PolicyAssembler.Assemble($"""
                r0 = 0
                r2 = 0
                A:
                r4 = r1
                r4 += r2
                r5 = *(u16 *)(r4 + 2)
                r0 += r5
                r3 = r1
                r3 += r2
                *(u32 *)(r3 + 100) = r0
                r5 = r2
                r5 <<= 1
                r4 = r1
                r4 += r5
                r4 = *(u8 *)(r4 + 7)
                r0 ^= r4
                r4 = *(u32 *)(r1 + 0)
                w4 += -7
                *(u32 *)(r1 + 0) = r4
                r2 += 4
                if r2 == {4 * turns} goto B
                goto A
                B:
                r0 += r2
                r2 = 0
                r5 = {turns}
                C:
                r4 = r2
                r4 += r1
                r4 = *(u8 *)(r4 + 9)
                r0 += r4
                r3 = r2
                r3 += r1
                *(u8 *)(r3 + 60) = r5
                r2 += 1
                if r2 != {turns} goto C
                r0 += r2
                exit
                """));
            Assert.Equal(machine.Interpret(program, memory, 10_000), machine.RunUnchecked(program, memory, hasBmi2: true));
        }
    }

    [Fact]
    public void No_page_is_writable_and_executable()
    {
        byte[] code = JitCompiler.Compile(PolicyMachine.Link(PolicyAssembler.Assemble("r0 = 1\nexit")), isChecked: false, hasBmi2: false);
        nint place = PageCodeMemory.Instance.Place(code);
        string line = File.ReadLines("/proc/self/maps").Single(l => Contains(l, place));
        Assert.Contains(" r-xp ", line, StringComparison.Ordinal);
        PageCodeMemory.Instance.Free(place, code.Length);
    }

    private static bool Contains(string line, nint address)
    {
        string[] range = line.Split(' ')[0].Split('-');
        return Convert.ToInt64(range[0], 16) <= address && address < Convert.ToInt64(range[1], 16);
    }

    private static bool IsAdded(string line) => line.StartsWith("add r", StringComparison.Ordinal) && line.EndsWith(",rdi", StringComparison.Ordinal);

    private static List<string> Compile(string text) =>
        X64EncoderTests.Disassemble(JitCompiler.Compile(PolicyMachine.Link(PolicyAssembler.Assemble(text)), isChecked: false, hasBmi2: false));
}
