using System.Globalization;
using MicroLake.GuestTests.Guest.Processes;
using MicroLake.GuestTests.Guest.Services;
using MicroLake.Hosting;

namespace MicroLake.GuestTests.Guest;

/// <summary>
/// The kernel of the test image: runs what the kernel options ask for and powers off.
/// <c>filter=TEXT</c> takes the tests whose name contains it; <c>load=0</c> runs them without background load;
/// <c>test=NAME</c> runs one of the cases that end in a panic; <c>soak=SECONDS</c> stresses the system for that long; <c>kills=COUNT</c> kills a
/// service so often; <c>calls=COUNT</c> makes so many random kernel calls; <c>mutants=COUNT</c> runs so many
/// damaged programs; <c>fills=COUNT</c> fills the heap so often.
/// </summary>
public sealed class TestKernel : Cosmos.Kernel.System.Kernel
{
    private static readonly TimeSpan s_longLimit = TimeSpan.FromHours(3);

    protected override void Run()
    {
        Where.InGuest = true;
        if (BootData.Option("test") is { } lethal)
            LethalTests.Run(lethal);
        else if (BootData.Option("soak") is { } seconds)
            Soak(seconds);
        else if (BootData.Option("kills") is { } kills)
            RunAlone("A_service_is_killed_again_and_again", s_longLimit, () => KillRun.For(Number("kills", kills)));
        else if (BootData.Option("calls") is { } calls)
            RunAlone("Random_kernel_calls_leave_nothing", s_longLimit, () => FuzzRun.For(Number("calls", calls)));
        else if (BootData.Option("mutants") is { } mutants)
            RunAlone("Damaged_programs_leave_nothing", s_longLimit, () => MutantRun.For(Number("mutants", mutants)));
        else if (BootData.Option("fills") is { } fills)
            RunAlone("The_heap_is_filled_again_and_again", s_longLimit, () => FillRun.For(Number("fills", fills)));
        else
            RunSuites();
        Stop();
    }

    private static void Soak(string seconds)
    {
        var time = TimeSpan.FromSeconds(Number("soak", seconds));
        RunAlone("Long_stress_leaves_memory_as_it_was", time + SoakRun.HangLimit, () => SoakRun.For(time, Console.Out));
    }

    private static int Number(string option, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0
            ? number
            : throw new ArgumentException($"{option}={text}: a number is needed");

    private static void RunAlone(string name, TimeSpan hangLimit, Func<string> test)
    {
        var channel = new FramedChannel(Console.Out);
        channel.Open();
        new SuiteRunner(channel) { UnderLoad = false, HangLimit = hangLimit }.Run([new GuestTest("Soak", name, true, test)]);
    }

    private static void RunSuites()
    {
        string filter = BootData.Option("filter") ?? "";
        var runner = new SuiteRunner(new FramedChannel(Console.Out)) { UnderLoad = BootData.Option("load") != "0" };
        runner.Run(GuestTest.Matching(TestList.All, filter));
    }
}
