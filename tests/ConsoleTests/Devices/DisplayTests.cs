using MicroLake.ConsoleTests.Harness;
using MicroLake.HostTests.Graphics;
using MicroLake.Tool.Qemu;
using Xunit;

namespace MicroLake.ConsoleTests.Devices;

/// <summary>The display of a graphics processor, as its pictures show it.</summary>
public sealed class DisplayTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("microlake-display-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_dashboard_and_the_console_are_on_the_display()
    {
        using GuestConsole console = GuestConsole.AtPrompt(Product.Machine with { Gpu = Gpu.TwoD, Processors = 2 }, _folder.FullName);
        Assert.Equal("", console.Run("echo there is a display > /host/text; screenshot /host/before.png"));
        Assert.Equal("there is a display\n", console.Run("cat /host/text"));
        Assert.Equal("", console.Run("top --graphics -n 2 -d 1"));
        Assert.Equal("", console.Run("screenshot /host/dashboard.png"));
        // Text goes on unseen until the console is cleared.
        Assert.Equal("", console.Run("screenshot /host/still.png"));
        _ = console.Run("clear");
        Assert.Equal("", console.Run("screenshot /host/after.png"));
        Assert.StartsWith("error: screenshot:", console.Run("screenshot /nowhere/x.png"), StringComparison.Ordinal);

        PngPicture dashboard = Picture("dashboard.png");
        // What QEMU's display has where nothing else is said.
        Assert.Equal((1280, 800), (dashboard.Width, dashboard.Height));
        foreach (string title in new[] { "Processors", "Memory", "Graphics processor", "Processes and threads" })
            Assert.True(Shows(dashboard, title, bold: true), title);
        foreach (string text in new[] { "cpu 1", "sched.pick", "ml.place", "gpu0", "heap", "main" })
            Assert.True(Shows(dashboard, text), text);
        Assert.True(Shows(Picture("still.png"), "sched.pick"));
        Assert.True(Shows(Picture("before.png"), "screenshot /host/before.png"));
        PngPicture after = Picture("after.png");
        Assert.False(Shows(after, "sched.pick"));
        Assert.True(Shows(after, "screenshot /host/after.png"));
    }

    [Fact]
    public void Without_a_graphics_processor_there_is_one_error()
    {
        ToolRun run = ToolRun.Of("run", "--exec", "top --graphics");
        Assert.Equal(1, run.Status);
        Assert.Equal("error: top: this machine has no display, start it with: ./build.sh run --gpu 2d\n", run.Output);
    }

    private PngPicture Picture(string name) => PngPicture.Read(File.ReadAllBytes(Path.Combine(_folder.FullName, name)));

    private static bool Shows(PngPicture picture, string text, bool bold = false) => PictureText.Contains(picture.Row, picture.Width, picture.Height, text, bold);
}
