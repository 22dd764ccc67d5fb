using System.Runtime.Intrinsics.X86;
using MicroLake.Policies;
using MicroLake.Policies.Instructions;
using Xunit;

namespace MicroLake.HostTests.Policies;

/// <summary>Every instruction of RFC 9669 and its corners, one file a case: interpreted, and compiled in every way.</summary>
public sealed class ConformanceTests : IDisposable
{
    private const long Budget = 1_000_000;

    private readonly PolicyMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    public static TheoryData<string> Cases() => PolicyFiles.Names("Cases");

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_case_ends_as_it_says_in_every_way_of_running_it(string name)
    {
        PolicyCase expected = PolicyCase.Read(name);
        PolicyProgram program;
        try
        {
            program = PolicyMachine.Link(expected.Program);
        }
        catch (PolicyFormatException e) when (expected.Error is not null)
        {
            Assert.Contains(expected.Error, e.Message, StringComparison.Ordinal);
            return;
        }

        var outcomes = new List<PolicyOutcome> { _machine.Interpret(program, expected.Memory, Budget) };
        foreach (bool hasBmi2 in Bmi2.X64.IsSupported ? new[] { false, true } : [false])
        {
            outcomes.Add(_machine.RunChecked(program, expected.Memory, Budget, hasBmi2));
            if (expected.Error is null)
                outcomes.Add(_machine.RunUnchecked(program, expected.Memory, hasBmi2));
        }

        foreach (PolicyOutcome outcome in outcomes)
        {
            if (expected.Error is null)
                Assert.Equal((expected.Result, null, outcomes[0].Memory), (outcome.Result, outcome.Fault, outcome.Memory));
            else
                Assert.Contains(expected.Error, outcome.Fault, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_text_of_a_case_assembles_to_it(string name)
    {
        Instruction[] code = PolicyCase.Read(name).Program;
        try
        {
            Bytecode.Check(code);
        }
        catch (PolicyFormatException)
        {
            return;
        }

        for (int i = 0; i < code.Length; i++)
        {
            string text = InstructionText.Of(code, i);
            Instruction[] again = PolicyAssembler.Assemble(text);
            Assert.Equal((text, code[i].Bits), (text, again[0].Bits));
            i += again.Length - 1;
        }
    }
}
