using MicroLake.ConsoleTests.Harness;
using MicroLake.Tool.Qemu;
using Xunit;

namespace MicroLake.ConsoleTests.Boot;

public sealed class BootTests
{
    [Theory]
    [InlineData(64)]
    [InlineData(128)]
    [InlineData(2048)]
    [InlineData(6144)]
    public void The_prompt_comes_with_any_memory(int mebibytes)
    {
        using GuestConsole console = GuestConsole.AtPrompt(Product.Machine with { MemoryMiB = mebibytes });
        Assert.Contains("MicroLake", console.Run("version"));
    }

    [Theory]
    [InlineData(Firmware.Bios)]
    [InlineData(Firmware.Uefi)]
    public void The_iso_boots(Firmware firmware)
    {
        using ModelFolder models = new();
        using GuestConsole console = GuestConsole.AtPrompt(Product.FromIso(firmware), models.Path);
        Assert.Contains("README", console.Run("ls /boot"));
        Assert.Contains("rows.csv", console.Run("ls /host"));
    }

    [Fact]
    public void Power_off_leaves_in_order()
    {
        using GuestConsole console = GuestConsole.AtPrompt(Product.Machine);
        console.Send("poweroff" + Keys.Enter);
        Assert.Equal(0, console.WaitForExit());
    }

    [Fact]
    public void Reboot_starts_over()
    {
        using GuestConsole console = GuestConsole.AtPrompt(Product.Machine with { AllowReboot = true });
        int mark = console.Position;
        console.Send("reboot" + Keys.Enter);
        console.WaitForText(GuestConsole.Prompt, mark + "reboot".Length);
        Assert.Contains("MicroLake", console.Run("version"));
    }

    [Fact]
    public void Too_little_memory_is_said_and_does_not_hang()
    {
        ToolRun run = ToolRun.Of("run", "--mem", "16", "--exec", "version");
        Assert.Contains(run.Status, new[] { 3, 4 });
        Assert.Contains("memory", run.Error, StringComparison.OrdinalIgnoreCase);
    }
}
