using System.Runtime.Intrinsics.X86;
using MicroLake.Policies;
using MicroLake.Policies.Execution;
using MicroLake.Policies.Helpers;
using MicroLake.Policies.Instructions;
using MicroLake.Policies.Jit;
using MicroLake.Policies.Maps;
using MicroLake.Policies.Objects;
using MicroLake.Policies.Verification;
using MicroLake.Tool.Workspace;
using Xunit;

namespace MicroLake.HostTests.Policies;

/// <summary>Compiled code against the interpreter, on seeded random programs over the same addresses.</summary>
public sealed unsafe class DifferentialTests
{
    private static readonly int s_count = Environment.GetEnvironmentVariable("MICROLAKE_SOAK") == "1" ? 1_000_000 : 20_000;

    [Fact]
    public void Random_programs_that_nobody_verified_end_alike_interpreted_and_compiled()
    {
        const int MemoryBytes = 64;
        int results = 0, faults = 0;
        var memory = new byte[MemoryBytes];
        fixed (byte* start = memory)
        {
            ulong address = (ulong)start;
            using var allowed = new CheckedMemory(new MemoryRegion(address, MemoryBytes, isWritable: true));
            for (int seed = 0; seed < s_count; seed++)
            {
                var random = new Random(seed);
                PolicyProgram program = PolicyMachine.Link(new RandomPrograms(random).Any(MemoryBytes));
                var original = new byte[MemoryBytes];
                random.NextBytes(original);

                original.CopyTo(memory, 0);
                (ulong Result, string? Fault) interpreted = End(() => new Interpreter(program, allowed).Run(address, MemoryBytes, 2_000));
                byte[] left = [.. memory];

                original.CopyTo(memory, 0);
                using var compiled = new CheckedProgram(program, PageCodeMemory.Instance, Bmi2.X64.IsSupported && seed % 2 == 0);
                (ulong Result, string? Fault) ran = End(() => compiled.Run(allowed, address, MemoryBytes, 2_000));
                // A budget is counted in instructions here and in loops there, so an endless loop is given up at different places.
                if (interpreted.Fault?.Contains("budget", StringComparison.Ordinal) == true)
                    continue;
                Assert.True(interpreted == ran, $"seed {seed}: interpreted {interpreted}, compiled {ran}");
                Assert.True(left.AsSpan().SequenceEqual(memory), $"seed {seed}: memory differs");
                results += ran.Fault is null ? 1 : 0;
                faults += ran.Fault is null ? 0 : 1;
            }
        }

        // Both kinds of ends must be common, or the programs show little.
        Assert.InRange(results, s_count / 4, s_count);
        Assert.InRange(faults, s_count / 50, s_count);
    }

    /// <summary>Loops of every kind, as clang makes them of the C that <c>bench mlaas</c> measures.</summary>
    [Fact]
    public void The_programs_that_are_measured_are_verified_and_end_alike_interpreted_and_compiled()
    {
        const int MemoryBytes = 4096;
        PolicyObject policies = PolicyObject.Read(PolicyClang.Compile(Repository.PathOf("tests/Bench/peers/policies.c"), options: "-fno-builtin"));
        PolicyMap[] maps = policies.CreateMaps(1, HostFunctions.CurrentProcessor);
        using var machine = new PolicyMachine();
        var memory = new byte[MemoryBytes];
        new Random(1).NextBytes(memory);
        Assert.Equal(10, policies.Programs.Count);
        foreach (ObjectProgram program in policies.Programs)
        {
            PolicyProgram linked = PolicyProgram.Link(program.Name, program.Code, maps, HelperTable.Empty);
            int longest = VerifiedProgram.Verify(linked, new ProgramType { Name = program.Section, PlainMemoryBytes = MemoryBytes }).LongestRun;
            PolicyOutcome interpreted = machine.Interpret(linked, memory, longest);
            Assert.Null(interpreted.Fault);
            foreach (bool hasBmi2 in (bool[])[false, Bmi2.X64.IsSupported])
                Assert.Equal(interpreted, machine.RunUnchecked(linked, memory, hasBmi2));
        }
    }

    private static (ulong Result, string? Fault) End(Func<ulong> run)
    {
        try
        {
            return (run(), null);
        }
        catch (PolicyFaultException e)
        {
            return (0, e.Message);
        }
    }
}
