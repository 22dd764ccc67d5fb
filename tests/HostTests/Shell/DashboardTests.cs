using MicroLake.Graphics;
using MicroLake.HostTests.Graphics;
using MicroLake.Shell;
using MicroLake.Shell.Commands;
using Xunit;

namespace MicroLake.HostTests.Shell;

public sealed class DashboardTests : ShellFixture
{
    [Theory]
    [InlineData(1280, 800)]
    [InlineData(1920, 1080)]
    [InlineData(1024, 768)]
    public void Everything_that_is_measured_is_on_the_picture(int width, int height)
    {
        var screen = new FakeScreen(width, height);
        var system = new FakeSystem();
        system.ProcessList.Add(new(17, "tmp-service", 5, 9, 6 << 20, 16 << 20, 100, 0, TimeSpan.FromSeconds(2), TimeSpan.Zero));
        var dashboard = new Dashboard(system, screen);
        for (int i = 0; i < 3; i++)
        {
            var use = new UseInterval(system);
            use.End();
            dashboard.Show(use);
        }

        Assert.Equal(3, screen.Pictures);
        foreach (string title in new[] { "Processors", "Memory", "Graphics processor", "Processes and threads" })
            Assert.True(screen.Contains(title, bold: true), title);
        foreach (string text in new[] { "cpu 0", "40.0 MiB of 64.0 MiB free", "sched.pick", "active", "gpu0", "1 displays", "40.0 %", "17  tmp-service", "main", "heuristic" })
            Assert.True(screen.Contains(text), text);
    }

    [Fact]
    public void Panels_that_do_not_fit_are_cut_off()
    {
        var system = new FakeSystem();
        var use = new UseInterval(system);
        use.End();
        new Dashboard(system, new FakeScreen(1, 1)).Show(use);
        new Dashboard(system, new FakeScreen(200, 90)).Show(use);
        new Dashboard(system, new FakeScreen(640, 480)).Show(use);
    }

    [Fact]
    public void A_screenshot_is_what_the_display_shows()
    {
        var screen = new FakeScreen(320, 200);
        Shell.Services.Add<IScreen>(screen);
        screen.Draw(canvas => canvas.Text(10, 10, "here", 0xffffff));
        string path = Path.GetTempFileName();
        try
        {
            Assert.Equal((0, ""), Run($"screenshot {path}"));
            PngPicture picture = PngPicture.Read(File.ReadAllBytes(path));
            Assert.Equal((320, 200), (picture.Width, picture.Height));
            Assert.True(PictureText.Contains(picture.Row, picture.Width, picture.Height, "here"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("top --graphics", 1, "error: top: this machine has no display, start it with: ./build.sh run --gpu 2d\n")]
    [InlineData("screenshot x.png", 1, "error: screenshot: this machine has no display, start it with: ./build.sh run --gpu 2d\n")]
    public void Without_a_display_there_is_one_error(string line, int status, string output) => Assert.Equal((status, output), Run(line));

    [Theory]
    [InlineData("screenshot")]
    [InlineData("screenshot a b")]
    [InlineData("top --json --graphics")]
    public void Mistakes_are_usage_errors(string line) => Assert.Equal(2, Run(line).Status);

    private sealed class FakeScreen(int width, int height) : IScreen
    {
        private readonly Canvas _canvas = new(width, height);

        public int Width => width;

        public int Height => height;

        public int Pictures { get; private set; }

        public void Draw(Action<Canvas> draw)
        {
            Pictures++;
            draw(_canvas);
        }

        public void Read(Action<Canvas> read) => read(_canvas);

        public bool Contains(string text, bool bold = false) => PictureText.Contains(y => _canvas.Row(y).ToArray(), width, height, text, bold);
    }
}
