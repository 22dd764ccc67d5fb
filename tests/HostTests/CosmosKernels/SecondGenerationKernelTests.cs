using MicroLake.CosmosSupport;
using Xunit;
using Sys = Cosmos.System;

namespace MicroLake.HostTests.CosmosKernels;

[Collection(SharedMachineCollection.Name)]
public sealed class SecondGenerationKernelTests
{
    private class Recorder : Sys.Kernel
    {
        public List<string> Calls { get; } = [];

        public int Rounds { get; init; } = 3;

        public bool Started => mStarted;

        public Recorder() => ClearScreen = false;

        protected override void OnBoot() => Calls.Add("OnBoot");

        protected override void BeforeRun() => Calls.Add("BeforeRun");

        protected override void Run()
        {
            Calls.Add("Run");
            if (Calls.Count(c => c == "Run") == Rounds)
                Stop();
        }

        protected override void AfterRun() => Calls.Add("AfterRun");
    }

    private sealed class Failing : Recorder
    {
        protected override void Run() => throw new InvalidOperationException("the disk is on fire");
    }

    private sealed class StoppedEarly : Recorder
    {
        protected override void BeforeRun()
        {
            base.BeforeRun();
            Stop();
        }
    }

    [Fact]
    public void The_methods_run_in_order_and_Run_repeats_until_Stop()
    {
        RecordingMachine.Install();
        var kernel = new Recorder();
        Assert.False(kernel.Started);
        kernel.Start();
        Assert.True(kernel.Started);
        Assert.Equal(["OnBoot", "BeforeRun", "Run", "Run", "Run", "AfterRun"], kernel.Calls);
    }

    [Fact]
    public void A_kernel_stopped_before_the_loop_does_not_enter_it()
    {
        RecordingMachine.Install();
        var kernel = new StoppedEarly();
        kernel.Start();
        Assert.Equal(["OnBoot", "BeforeRun", "AfterRun"], kernel.Calls);
    }

    [Fact]
    public void A_second_start_runs_nothing_and_says_why()
    {
        RecordingMachine machine = RecordingMachine.Install();
        var kernel = new Recorder();
        kernel.Start();
        kernel.Start();
        Assert.Equal(6, kernel.Calls.Count);
        Assert.Contains(machine.Lines, l => l.Contains("a kernel starts once", StringComparison.Ordinal));
    }

    [Fact]
    public void An_unhandled_exception_ends_the_kernel_and_is_logged_with_its_stack()
    {
        RecordingMachine machine = RecordingMachine.Install();
        var kernel = new Failing();
        kernel.Start();
        Assert.Equal(["OnBoot", "BeforeRun"], kernel.Calls);
        Assert.Contains(machine.Lines, l => l.Contains("the disk is on fire", StringComparison.Ordinal)
            && l.Contains(nameof(Failing), StringComparison.Ordinal));
    }

    [Fact]
    public void Debugger_lines_name_their_source()
    {
        RecordingMachine machine = RecordingMachine.Install();
        var kernel = new Recorder();
        kernel.mDebugger.Send("hello");
        kernel.mDebugger.SendNumber(42);
        Sys.Kernel.PrintDebug("from anywhere");
        Assert.Equal(["[User/Kernel] hello", "[User/Kernel] 42", "[System/Global] from anywhere"], machine.Lines);
    }

    [Fact]
    public void Power_reaches_the_machine()
    {
        RecordingMachine.Install();
        Assert.Equal("power off", Assert.Throws<RecordingMachine.LeftException>(Sys.Power.Shutdown).Message);
        Assert.Equal("reboot", Assert.Throws<RecordingMachine.LeftException>(Sys.Power.Reboot).Message);
        Assert.Equal("reboot", Assert.Throws<RecordingMachine.LeftException>(new Recorder().Restart).Message);
    }

    [Fact]
    public void The_host_powers_off_after_the_kernel()
    {
        RecordingMachine.Install();
        Recorder? kernel = null;
        Assert.Throws<RecordingMachine.LeftException>(() => KernelHost.Run(() => kernel = new Recorder()));
        Assert.Equal("AfterRun", kernel!.Calls[^1]);
    }

    [Fact]
    public void The_speaker_checks_its_range()
    {
        RecordingMachine machine = RecordingMachine.Install();
        Sys.PCSpeaker.Beep(440, 50);
        Assert.Throws<ArgumentOutOfRangeException>(() => Sys.PCSpeaker.Beep(36, 50));
        Assert.Throws<ArgumentOutOfRangeException>(() => Sys.PCSpeaker.Beep(32768, 50));
        Assert.Throws<ArgumentOutOfRangeException>(() => Sys.PCSpeaker.Beep(440, 0));
        Assert.Equal([(440, TimeSpan.FromMilliseconds(50))], machine.Tones);
    }

    [Fact]
    public void Memory_figures_are_in_the_units_that_kernels_expect()
    {
        RecordingMachine.Install();
        Assert.Equal(300u, Cosmos.Core.CPU.GetAmountOfRAM());
        Assert.InRange(Cosmos.Core.GCImplementation.GetAvailableRAM(), 0ul, 300ul);
        Assert.True(Cosmos.Core.GCImplementation.GetUsedRAM() > 1000);
        Assert.True(Cosmos.Core.Memory.Heap.Collect() >= 0);
    }

    [Fact]
    public void The_processor_names_itself()
    {
        Assert.SkipUnless(System.Runtime.Intrinsics.X86.X86Base.IsSupported, "needs an x86 processor");
        Assert.Equal(12, Cosmos.Core.CPU.GetCPUVendorName().Length);
        Assert.DoesNotContain('\0', Cosmos.Core.CPU.GetCPUBrandString());
        Assert.NotEmpty(Cosmos.Core.CPU.GetCPUBrandString());
    }
}
