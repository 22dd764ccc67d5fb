using Cosmos.Kernel.Core.IO;
using MicroLake.CosmosSupport;
using Xunit;
using Sys = Cosmos.Kernel.System;

namespace MicroLake.HostTests.CosmosKernels;

[Collection(SharedMachineCollection.Name)]
public sealed class ThirdGenerationKernelTests
{
    private class Recorder : Sys.Kernel
    {
        public List<string> Calls { get; } = [];

        protected override void OnBoot()
        {
            base.OnBoot();
            Calls.Add("OnBoot");
        }

        protected override void BeforeRun() => Calls.Add($"BeforeRun started={mStarted}");

        protected override void Run()
        {
            Calls.Add($"Run started={mStarted}");
            if (Calls.Count == 4)
                Stop();
        }

        protected override void AfterRun() => Calls.Add("AfterRun");
    }

    private sealed class Failing : Recorder
    {
        protected override void Run() => throw new InvalidOperationException("the disk is on fire");
    }

    [Fact]
    public void The_methods_run_in_order_and_Start_returns_after_Stop()
    {
        RecordingMachine machine = RecordingMachine.Install();
        var kernel = new Recorder();
        kernel.Start();
        Assert.Equal(
            ["OnBoot", "BeforeRun started=False", "Run started=True", "Run started=True", "AfterRun"], kernel.Calls);
        Assert.Equal(["[System/Global] devices are up"], machine.Lines);
    }

    [Fact]
    public void An_unhandled_exception_leaves_the_kernel() =>
        Assert.Equal("the disk is on fire", Assert.Throws<InvalidOperationException>(new Failing().Start).Message);

    [Fact]
    public void The_host_registers_the_kernel_and_powers_off_after_it()
    {
        RecordingMachine.Install();
        var kernel = new Recorder();
        Assert.Throws<RecordingMachine.LeftException>(() => KernelHost.Run(() => kernel));
        Assert.Same(kernel, Sys.Global.CurrentKernel);
        Assert.Equal("AfterRun", kernel.Calls[^1]);
    }

    [Fact]
    public void Power_reaches_the_machine()
    {
        RecordingMachine.Install();
        Assert.Equal("power off", Assert.Throws<RecordingMachine.LeftException>(Sys.Power.Shutdown).Message);
        Assert.Equal("power off", Assert.Throws<RecordingMachine.LeftException>(Sys.Power.Halt).Message);
        Assert.Equal("reboot", Assert.Throws<RecordingMachine.LeftException>(Sys.Power.Reboot).Message);
    }

    [Fact]
    public void Serial_text_becomes_log_lines()
    {
        RecordingMachine machine = RecordingMachine.Install();
        Serial.WriteString("one ");
        Serial.WriteNumber(2);
        Serial.WriteString(" three\r\nfour 0x");
        Serial.WriteHex(255);
        Assert.Equal(["one 2 three"], machine.Lines);
        Serial.WriteString("\n");
        Assert.Equal(["one 2 three", "four 0xFF"], machine.Lines);
    }
}
