using MicroLake.Nucleus.Features;
using Xunit;

namespace MicroLake.HostTests.Nucleus.Features;

public sealed class RunTimesTests
{
    [Fact]
    public void Logarithms_grow_with_times_and_are_exact_at_powers_of_two()
    {
        for (int power = 0; power < 64; power++)
            Assert.Equal(power * RunTimes.Parts, RunTimes.Log((1ul << power) - 1));
        Assert.Equal(64 * RunTimes.Parts - 1, RunTimes.Log(ulong.MaxValue));
        int before = -1;
        for (ulong time = 0; time < 1ul << 60; time += 1 + time / 500)
        {
            int log = RunTimes.Log(time);
            Assert.True(log >= before, $"{time}");
            Assert.InRange(log, Math.Log2(1.0 + time) * RunTimes.Parts - 24, Math.Log2(1.0 + time) * RunTimes.Parts + 1);
            before = log;
        }
    }

    [Fact]
    public void The_mean_is_that_of_all_runs_until_there_are_many_and_then_follows_the_newest()
    {
        RunTimes times = default;
        foreach (int run in (int[])[1000, 2000, 3000])
            times.Add(run, memory: 4);
        Assert.Equal((3, 3000, 2000, 2000), (times.Count, times.Last, times.BeforeLast, times.Mean));
        for (int i = 0; i < 1000; i++)
            times.Add(800, memory: 4);
        Assert.Equal((RunTimes.MostCounted, 800, 800), (times.Count, times.Last, times.BeforeLast));
        Assert.InRange(times.Mean, 800, 801);
    }

    [Fact]
    public void What_is_not_known_of_a_command_is_known_of_its_program_or_of_its_tenant_or_of_all()
    {
        RunTimes command = default, program = default, tenant = default, all = default, none = default;
        Assert.Equal(default, Foresight.Of(none, none, none, none));
        all.Add(100, 1);
        Assert.Equal((100, 100, 100, 0), Means(Foresight.Of(none, none, none, all)));
        tenant.Add(200, 1);
        Assert.Equal((200, 200, 200, 0), Means(Foresight.Of(none, none, tenant, all)));
        program.Add(300, 1);
        Assert.Equal((300, 300, 200, 0), Means(Foresight.Of(none, program, tenant, all)));
        command.Add(400, 1);
        Assert.Equal((400, 300, 200, 1), Means(Foresight.Of(command, program, tenant, all)));
    }

    [Fact]
    public void All_learn_from_a_run()
    {
        RunTimes command = default, program = default, tenant = default, all = default;
        Foresight.Learn((1 << 20) - 1, ref command, ref program, ref tenant, ref all);
        foreach (RunTimes times in (RunTimes[])[command, program, tenant, all])
            Assert.Equal((1, 20 * RunTimes.Parts), (times.Count, times.Mean));
    }

    private static (int Command, int Program, int Usual, int Runs) Means(Foresight known)
    {
        Assert.Equal((known.CommandMean, known.CommandMean), (known.CommandLast, known.CommandBeforeLast));
        return (known.CommandMean, known.ProgramMean, known.UsualMean, known.CommandRuns);
    }
}
