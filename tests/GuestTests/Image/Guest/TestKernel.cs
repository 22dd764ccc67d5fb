using MicroLake.Hosting;

namespace MicroLake.GuestTests.Guest;

/// <summary>
/// The kernel of the test image: runs what the kernel options ask for and powers off.
/// <c>filter=TEXT</c> takes the tests whose name contains it; <c>load=0</c> runs them without background load;
/// <c>test=NAME</c> runs one of the cases that end in a panic.
/// </summary>
public sealed class TestKernel : Cosmos.Kernel.System.Kernel
{
    protected override void Run()
    {
        Where.InGuest = true;
        if (BootData.Option("test") is { } lethal)
            LethalTests.Run(lethal);
        else
            RunSuites();
        Stop();
    }

    private static void RunSuites()
    {
        string filter = BootData.Option("filter") ?? "";
        var runner = new SuiteRunner(new FramedChannel(Console.Out)) { UnderLoad = BootData.Option("load") != "0" };
        runner.Run(TestList.All.Where(t => t.FullName.Contains(filter, StringComparison.OrdinalIgnoreCase)));
    }
}
