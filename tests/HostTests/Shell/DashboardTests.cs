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
        var dashboard = new Dashboard(system, screen, new ShellServices());
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
    public void Hooks_of_processes_and_tenants_follow_everybodys()
    {
        var screen = new FakeScreen(1280, 800);
        var system = new FakeSystem();
        var use = new UseInterval(system);
        use.End();
        new Dashboard(system, screen, new ShellServices().Add<IScopedHooks>(new Scoped(2))).Show(use);
        foreach (string text in new[] { "sched.pick", "tenant number-0", "tenant number-1", "canary", "4711", "815" })
            Assert.True(screen.Contains(text), text);
        // More of them than fit leave room for the rest.
        new Dashboard(system, screen, new ShellServices().Add<IScopedHooks>(new Scoped(40))).Show(use);
        Assert.True(screen.Contains("14 of 41") && screen.Contains("tenant number-12") && screen.Contains("gpu0"));
        Assert.False(screen.Contains("tenant number-13"));
    }

    [Fact]
    public void Panels_that_do_not_fit_are_cut_off()
    {
        var system = new FakeSystem();
        var use = new UseInterval(system);
        use.End();
        ShellServices services = new ShellServices().Add<IScopedHooks>(new Scoped(200));
        foreach ((int width, int height) in ((int, int)[])[(1, 1), (200, 90), (640, 480)])
            new Dashboard(system, new FakeScreen(width, height), services).Show(use);
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

    private sealed class Scoped(int count) : IScopedHooks
    {
        // That of another hook, which the system does not have, is not shown.
        IReadOnlyList<HookInformation> IScopedHooks.Scoped() =>
        [
            .. Enumerable.Range(0, count).Select(i => new HookInformation { Name = "sched.pick", Scope = $"tenant number-{i}", Mode = "canary", ByModel = 815, ByHeuristic = 4711 }),
            new() { Name = "other", Scope = "process 1 x", Mode = "active", ByModel = 1, ByHeuristic = 1 },
        ];
    }

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
