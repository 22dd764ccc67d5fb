using System.Runtime.InteropServices;
using MicroLake.HostTests.Nn;
using MicroLake.Policies;
using MicroLake.Policies.Helpers;
using MicroLake.Policies.Jit;
using MicroLake.Policies.Maps;
using MicroLake.Policies.Objects;
using MicroLake.Policies.Verification;
using Xunit;

namespace MicroLake.HostTests.Policies;

/// <summary>Objects of clang: loaded, verified, compiled and run; damaged ones are refused by the typed error.</summary>
public sealed unsafe class ObjectTests
{
    private const string Everything = """
        #include <microlake.h>
        ML_MAP(counters, ML_ARRAY, u32, u64, 4);
        static const u64 weights[4] = {1, 20, 300, 4000};
        static u64 initial = 5;
        u64 total;
        __attribute__((noinline)) static u64 weigh(u64 a, u64 b) { return a * weights[b & 3] + initial; }
        __attribute__((noinline)) u64 third(u64 a) { return a / 3; }
        ML_POLICY("first") s64 one(struct ml_ml_place *c)
        {
            u32 key = 1;
            u64 *value = ml_map_lookup(&counters, &key);
            if (!value)
                return 0;
            *value += c->rows;
            total += *value;
            return weigh(c->rows, *value) + third(total);
        }
        ML_POLICY("second") s64 two(struct ml_ml_place *c) { initial++; return total + initial; }
        ML_POLICY("second") s64 three(struct ml_ml_place *c) { return third(c->queued); }
        char terms[] ML_SECTION("license") = "MIT";
        """;

    private static readonly HelperTable s_helpers = StandardHelpers.Create(HostFunctions.Addresses);

    [Theory]
    [InlineData("v1", "-g")]
    [InlineData("v2", "-DNDEBUG")]
    [InlineData("v3", "-g")]
    public void Programs_maps_functions_and_global_data_of_an_object(string version, string option)
    {
        PolicyObject policy = PolicyObject.Read(PolicyClang.CompileText(Everything, version, option));
        Assert.Equal(["first one", "second two", "second three"], policy.Programs.Select(p => $"{p.Section} {p.Name}"));
        Assert.Equal(("counters", MapKind.Array, 4, 8, 4), (policy.Maps[0].Name, policy.Maps[0].Kind, policy.Maps[0].KeyBytes, policy.Maps[0].ValueBytes, policy.Maps[0].Entries));
        PolicyMap[] maps = policy.CreateMaps(1, HostFunctions.CurrentProcessor);
        CompiledProgram[] programs = [.. policy.Programs.Select(p => Compile(p, maps, Place(p.Section)))];
        long* context = stackalloc long[] { 10, 0, 99 };
        ulong value = 0, total = 0, initial = 5;
        ulong[] weights = [1, 20, 300, 4000];
        for (int turn = 0; turn < 5; turn++)
        {
            context[0] = 7 + turn;
            value += (ulong)context[0];
            total += value;
            Assert.Equal((ulong)context[0] * weights[value & 3] + initial + total / 3, programs[0].Entry(context));
            initial++;
            Assert.Equal(total + initial, programs[1].Entry(context));
            Assert.Equal(33ul, programs[2].Entry(context));
        }

        End(programs, maps);
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("v2")]
    [InlineData("v3")]
    public void The_sample_of_readahead_reads_ahead_by_stride(string version)
    {
        (CompiledProgram[] programs, PolicyMap[] maps) = Sample("prefetch-stride", version, Type("mm.prefetch", "page", "count", "file_pages", "run", "step_1", "step_2", "step_3"));
        long* context = stackalloc long[] { 0, 1, 0, 0, 4, 0, 0 };
        // The first step makes the distance known; from the third in a row on, as many steps ahead as there were.
        Assert.Equal([0, 0, 0, 12, 16, 20], Enumerable.Range(0, 6).Select(_ => (long)programs[0].Entry(context)));
        for (int i = 0; i < 20; i++)
            programs[0].Entry(context);
        Assert.Equal(32ul, programs[0].Entry(context));
        context[4] = -3;
        for (int i = 0; i < 5; i++)
            Assert.Equal(0ul, programs[0].Entry(context));
        End(programs, maps);
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("v2")]
    [InlineData("v3")]
    public void The_sample_of_eviction_prefers_what_is_used_seldom_or_long_ago(string version)
    {
        (CompiledProgram[] programs, PolicyMap[] maps) = Sample("reclaim-frequency", version, Type("mm.reclaim", "age", "gap_1", "gap_2", "gap_3", "gap_mean", "uses"));
        Assert.Equal(100 - 2 * 300, Rank(programs[0], 100, 300));
        Assert.Equal(-2048, Rank(programs[0], -2048, 0));
        Assert.Equal(769, Rank(programs[0], 769, 3000));
        End(programs, maps);
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("v2")]
    [InlineData("v3")]
    public void The_sample_of_scheduling_guesses_bursts_and_lets_nobody_wait_for_ever(string version)
    {
        (CompiledProgram[] programs, PolicyMap[] maps) = Sample(
            "pick-burst", version, Type("sched.pick", "burst_ns", "burst1_ns", "burst2_ns", "burst3_ns", "waited_ns", "priority", "ready", "run_ns"));
        long* context = stackalloc long[] { 1600, 800, 1600, 3200, 0, 0, 0, 0 };
        Assert.Equal((1600ul * 8 + 800 * 4 + 1600 * 3 + 3200) / 16, programs[0].Entry(context));
        context[4] = 1000;
        Assert.Equal(500ul, programs[0].Entry(context));
        context[4] = long.MaxValue;
        Assert.Equal(0ul, programs[0].Entry(context));
        // The error of 100 is counted under 2^6.
        var count = new byte[8];
        maps[0].TryGet(BitConverter.GetBytes(6), count);
        Assert.Equal(3, BitConverter.ToInt64(count));
        End(programs, maps);
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("v2")]
    [InlineData("v3")]
    public void The_sample_of_requests_prefers_the_shortest_and_what_waits(string version)
    {
        (CompiledProgram[] programs, PolicyMap[] maps) = Sample(
            "submit-shortest", version, Type("io.submit", "kind", "file", "page", "pages", "waited_ns", "passed", "waiting"));
        Assert.True(Rank(0, 1, 0, 0) > Rank(0, 2, 0, 0));
        Assert.True(Rank(0, 8, 7_500_000, 0) > Rank(0, 2, 0, 0));
        Assert.True(Rank(1, 1000, 0, 0) > Rank(2, 64, long.MaxValue, 7));
        Assert.True(Rank(0, 1, long.MaxValue, 0) < Rank(2, 64, 0, 8));
        End(programs, maps);

        long Rank(long kind, long pages, long waited, long passed)
        {
            long* context = stackalloc long[] { kind, 0, 0, pages, waited, passed, 2 };
            return (long)programs[0].Entry(context);
        }
    }

    [Fact]
    public void What_is_not_supported_says_what_to_do()
    {
        Complains("long f(void) { return 1; }", "the object has no program");
        Complains("#include <microlake.h>\nextern s64 other(s64);\nML_POLICY(\"h\") s64 f(s64 *c) { return other(1); }", "'other' is not defined in the object");
        Complains("#include <microlake.h>\nstruct { int (*type)[1]; } m ML_SECTION(\".maps\");\nML_POLICY(\"h\") s64 f(s64 *c) { return 1; }", "declare them by ML_MAP");
        Complains("#include <microlake.h>\nML_MAP(m, 99, u32, u64, 4);\nML_POLICY(\"h\") s64 f(s64 *c) { return 1; }", "map 'm': there is no map kind 99");
        Assert.Contains("not an ELF file", Assert.Throws<PolicyFormatException>(() => PolicyObject.Read(new byte[100])).Message, StringComparison.Ordinal);
        Assert.Contains("no little-endian BPF object",
            Assert.Throws<PolicyFormatException>(() => PolicyObject.Read(File.ReadAllBytes("/proc/self/exe"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_objects_are_refused_or_verified()
    {
        byte[][] seeds = [PolicyClang.CompileText(Everything), PolicyClang.Compile(PolicyClang.Sample("prefetch-stride")), PolicyClang.Compile(PolicyClang.Sample("reclaim-frequency"))];
        ProgramType type = Place("any");
        int count = Environment.GetEnvironmentVariable("MICROLAKE_SOAK") == "1" ? 1_000_000 : 10_000, read = 0;
        for (int i = 0; i < count; i++)
        {
            byte[] file = Mutation.Apply(seeds[i % seeds.Length], new Random(i));
            PolicyMap[] maps = [];
            try
            {
                PolicyObject policy = PolicyObject.Read(file);
                read++;
                // Larger maps only cost time here.
                if (policy.Maps.Sum(m => (long)m.Entries * m.ValueBytes) > 1 << 20)
                    continue;
                maps = policy.CreateMaps(1, HostFunctions.CurrentProcessor);
                foreach (ObjectProgram program in policy.Programs)
                    VerifiedProgram.Verify(PolicyProgram.Link(program.Name, program.Code, maps, s_helpers), type);
            }
            catch (PolicyException e)
            {
                Assert.NotEmpty(e.Message);
            }
            catch (Exception e)
            {
                Assert.Fail($"input {i}: {e}");
            }
            finally
            {
                foreach (PolicyMap map in maps)
                    map.Dispose();
            }
        }

        Assert.InRange(read, count / 10, count);
    }

    private static void Complains(string text, string complaint) =>
        Assert.Contains(complaint, Assert.Throws<PolicyFormatException>(() => PolicyObject.Read(PolicyClang.CompileText(text))).Message, StringComparison.Ordinal);

    private static long Rank(CompiledProgram program, long age, long uses)
    {
        long* context = stackalloc long[] { age, 0, 0, 0, 0, uses };
        return (long)program.Entry(context);
    }

    private static (CompiledProgram[] Programs, PolicyMap[] Maps) Sample(string name, string version, ProgramType type)
    {
        PolicyObject policy = PolicyObject.Read(PolicyClang.Compile(PolicyClang.Sample(name), version));
        Assert.All(policy.Programs, p => Assert.Equal(type.Name, p.Section));
        PolicyMap[] maps = policy.CreateMaps(1, (nint)(delegate* unmanaged<uint>)&FirstProcessor);
        return ([.. policy.Programs.Select(p => Compile(p, maps, type))], maps);
    }

    private static ProgramType Place(string name) => Type(name, "rows", "multiply_adds", "queued");

    private static ProgramType Type(string name, params string[] features) => ProgramType.ForFeatures(name, features, s_helpers);

    private static CompiledProgram Compile(ObjectProgram program, PolicyMap[] maps, ProgramType type) =>
        new(VerifiedProgram.Verify(PolicyProgram.Link(program.Name, program.Code, maps, type.Helpers), type), PageCodeMemory.Instance);

    private static void End(CompiledProgram[] programs, PolicyMap[] maps)
    {
        foreach (CompiledProgram program in programs)
            program.Dispose();
        foreach (PolicyMap map in maps)
            map.Dispose();
    }

    [UnmanagedCallersOnly]
    private static uint FirstProcessor() => 0;
}
