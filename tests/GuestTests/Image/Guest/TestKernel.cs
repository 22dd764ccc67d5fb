using System.Globalization;
using MicroLake.Hosting;

namespace MicroLake.GuestTests.Guest;

/// <summary>
/// The kernel of the test image: runs what the kernel options ask for and powers off.
/// <c>filter=TEXT</c> takes the tests whose name contains it; <c>load=0</c> runs them without background load;
/// <c>test=NAME</c> runs one of the cases that end in a panic; <c>soak=SECONDS</c> stresses the system for that long.
/// </summary>
public sealed class TestKernel : Cosmos.Kernel.System.Kernel
{
    protected override void Run()
    {
        Where.InGuest = true;
        if (BootData.Option("test") is { } lethal)
            LethalTests.Run(lethal);
        else if (BootData.Option("soak") is { } seconds)
            Soak(seconds);
        else
            RunSuites();
        Stop();
    }

    private static void Soak(string seconds)
    {
        if (!int.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out int time) || time == 0)
            throw new ArgumentException($"soak={seconds}: a number of seconds is needed");
        var channel = new FramedChannel(Console.Out);
        channel.Open();
        var runner = new SuiteRunner(channel) { UnderLoad = false, HangLimit = TimeSpan.FromSeconds(time) + SoakRun.HangLimit };
        runner.Run([new GuestTest("Soak", "Long_stress_leaves_memory_as_it_was", true, () => SoakRun.For(TimeSpan.FromSeconds(time), Console.Out))]);
    }

    private static void RunSuites()
    {
        string filter = BootData.Option("filter") ?? "";
        var runner = new SuiteRunner(new FramedChannel(Console.Out)) { UnderLoad = BootData.Option("load") != "0" };
        runner.Run(TestList.All.Where(t => t.FullName.Contains(filter, StringComparison.OrdinalIgnoreCase)));
    }
}
