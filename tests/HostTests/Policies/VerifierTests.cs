using System.Globalization;
using MicroLake.Policies;
using MicroLake.Policies.Instructions;
using MicroLake.Policies.Jit;
using MicroLake.Policies.Verification;
using Xunit;

namespace MicroLake.HostTests.Policies;

/// <summary>
/// Programs that do harm, one file each, are refused with the instruction, the register and the reason that the file names; programs that do none
/// are accepted, and run.
/// </summary>
public sealed class VerifierTests : IDisposable
{
    private const int ContextsPerProgram = 20;

    private readonly TestHook _hook = new();

    public void Dispose() => _hook.Dispose();

    public static TheoryData<string> Unsafe() => PolicyFiles.Names("Unsafe");

    public static TheoryData<string> Safe() => PolicyFiles.Names("Safe");

    [Theory]
    [MemberData(nameof(Unsafe))]
    public void A_program_that_does_harm_is_refused_with_its_reason(string name)
    {
        string text = File.ReadAllText(Path.Combine(PolicyFiles.Folder("Unsafe"), name + ".txt"));
        int verdict = text.LastIndexOf("refused ", StringComparison.Ordinal);
        string[] words = text[verdict..].Trim().Split(' ', 4);
        var refusal = Assert.Throws<VerificationException>(() => _hook.Verify(PolicyAssembler.Assemble(text[..verdict])));
        Assert.Contains(words[3], refusal.Message, StringComparison.Ordinal);
        if (words[1] != "-")
            Assert.Equal(words[1], refusal.Instruction.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(words[2], refusal.Register is { } register ? $"r{register}" : "-");
    }

    [Theory]
    [MemberData(nameof(Safe))]
    public void A_program_that_does_no_harm_is_accepted_and_runs_alike_interpreted_and_compiled(string name)
    {
        VerifiedProgram program = _hook.Verify(PolicyAssembler.Assemble(File.ReadAllText(Path.Combine(PolicyFiles.Folder("Safe"), name + ".txt"))));
        using var compiled = new CompiledProgram(program, PageCodeMemory.Instance);
        for (int seed = 0; seed < ContextsPerProgram; seed++)
            Assert.Equal(_hook.Interpret(program, seed), _hook.Run(compiled, seed));
    }

    [Fact]
    public void Programs_that_the_verifier_accepts_do_no_harm_and_run_alike_interpreted_and_compiled()
    {
        Instruction[][] seeds = [.. Safe().Select(row => PolicyAssembler.Assemble(File.ReadAllText(Path.Combine(PolicyFiles.Folder("Safe"), row.Data + ".txt"))))];
        int count = Environment.GetEnvironmentVariable("MICROLAKE_SOAK") == "1" ? 2_000_000 : 12_000, accepted = 0, refused = 0;
        for (int seed = 0; seed < count; seed++)
        {
            var random = new Random(seed);
            VerifiedProgram program;
            try
            {
                program = _hook.Verify(ProgramMutation.Apply(seeds[random.Next(seeds.Length)], seeds[random.Next(seeds.Length)], random), TestHook.QuickType);
            }
            catch (PolicyFormatException)
            {
                continue;
            }
            catch (VerificationException e)
            {
                Assert.NotEmpty(e.Reason);
                refused++;
                continue;
            }

            accepted++;
            using var compiled = new CompiledProgram(program, PageCodeMemory.Instance);
            for (int context = 0; context < 2; context++)
            {
                try
                {
                    (ulong Result, string Left) expected = _hook.Interpret(program, seed + context);
                    Assert.True(expected.Result <= 63, $"seed {seed}: the result is {expected.Result}");
                    Assert.True(expected == _hook.Run(compiled, seed + context), $"seed {seed}: interpreted and compiled code differ");
                }
                catch (PolicyFaultException e)
                {
                    Assert.Fail($"seed {seed}: accepted, but {e.Message}\n{string.Join('\n', Text(program.Program.Code.Instructions))}");
                }
            }
        }

        Assert.InRange(accepted, count / 20, count);
        Assert.InRange(refused, count / 10, count);
    }

    [Fact]
    public void The_longest_run_is_the_length_of_the_longest_way()
    {
        Assert.Equal(2, _hook.Verify(PolicyAssembler.Assemble("r0 = 0\nexit")).LongestRun);
        // 2, a turn of 3 a hundred times, 2.
        Assert.Equal(304, _hook.Verify(PolicyAssembler.Assemble("r0 = 0\nr2 = 0\nagain:\nr0 += r2\nr2 += 1\nif r2 != 100 goto again\nr0 &= 63\nexit")).LongestRun);
        // The shorter way is followed last and ends where the longer one was.
        Assert.Equal(7, _hook.Verify(PolicyAssembler.Assemble("r2 = *(u64 *)(r1 + 40)\nr0 = 0\nif r2 == 0 goto end\nr2 = 1\nr2 = 2\nend:\nr2 = 3\nexit")).LongestRun);
    }

    /// <summary>A chain of comparisons of one number: after the first of them most of the others can only have one outcome.</summary>
    [Fact]
    public void What_comparisons_repeat_adds_no_ways()
    {
        const int comparisons = 40;
        string chain = string.Concat(Enumerable.Range(1, comparisons).Select(static i => $"r3 = 1\nif r2 > {100 * i} goto at{i}\nr3 = 0\nat{i}:\nr0 += r3\n"));
        string program = $"r2 = *(u64 *)(r1 + 40)\nr0 = 0\n{chain}*(u64 *)(r10 - 8) = r0\nr0 = 0\nexit";
        Assert.InRange(_hook.Verify(PolicyAssembler.Assemble(program)).Steps, 4 * comparisons, 8 * comparisons);
        // Where the number comes back from the stack and is an index, each way counts.
        string index = program.Replace("r0 = 0\nexit", "r4 = *(u64 *)(r1 + 32)\nr5 = *(u64 *)(r10 - 8)\nr4 += r5\nr0 = *(u8 *)(r4 + 0)\nr0 &= 63\nexit", StringComparison.Ordinal);
        Assert.InRange(_hook.Verify(PolicyAssembler.Assemble(index)).Steps, 20 * comparisons, int.MaxValue);
    }

    private static List<string> Text(ReadOnlySpan<Instruction> code)
    {
        var lines = new List<string>();
        for (int i = 0; i < code.Length; i++)
        {
            lines.Add($"{i}: {InstructionText.Of(code, i)}");
            if (code[i].Opcode == 0x18)
                i++;
        }

        return lines;
    }
}
