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
        Assert.Equal(["mov rax,rdi", "add rax,1", "ret"], Compile("r0 = r1\nr0 += 1\nexit"));

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

    private static List<string> Compile(string text) =>
        X64EncoderTests.Disassemble(JitCompiler.Compile(PolicyMachine.Link(PolicyAssembler.Assemble(text)), isChecked: false, hasBmi2: false));
}
