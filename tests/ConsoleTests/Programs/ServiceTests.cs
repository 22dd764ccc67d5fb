using MicroLake.ConsoleTests.Harness;
using MicroLake.Tool.Workspace;
using Xunit;

namespace MicroLake.ConsoleTests.Programs;

/// <summary>A service from the shared folder: loaded, called, lost in mid-call, restarted, called again.</summary>
public sealed class ServiceTests : IDisposable
{
    private static readonly Lazy<string> s_echo = new(() => ImageProject.At("tests/Programs/EchoService").Build());

    private readonly string _folder = Directory.CreateTempSubdirectory("microlake-services").FullName;

    public ServiceTests()
    {
        File.Copy(s_echo.Value, Path.Combine(_folder, "echo.elf"));
        File.WriteAllText(Path.Combine(_folder, "echo.json"), """{ "name": "echo", "program": "echo.elf", "memory_mib": 32 }""");
        File.WriteAllText(Path.Combine(_folder, "bad.json"), """{ "name": "bad", "program": "echo.elf", "memory": 32 }""");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_service_dies_in_mid_call_and_the_next_call_succeeds()
    {
        using GuestConsole console = GuestConsole.AtPrompt(Product.Machine, _folder);
        Assert.StartsWith("echo: generation 1, process ", console.Run("service load /host/echo.json"), StringComparison.Ordinal);
        Assert.Equal("generation 1: 1 2 43 1 1 1 1 1 1\n", console.Run("service call echo 1 1 42"));
        Assert.Equal("generation 1: 4 2 0 0 0 0 0 0 0\n", console.Run("service call echo 4"));

        // It ends by itself in mid-call: the caller learns it at once, and a new generation remembers nothing.
        Assert.StartsWith("error: service: echo: it went away during the call", console.Run("service call echo 2"), StringComparison.Ordinal);
        Assert.Equal("generation 2: 4 1 0 0 0 0 0 0 0\n", Call(console, "4"));

        // It breaks; then it is killed while it owes an answer.
        Assert.StartsWith("error: service: echo: it went away during the call", console.Run("service call echo 5"), StringComparison.Ordinal);
        Assert.Equal("generation 3: 4 1 0 0 0 0 0 0 0\n", Call(console, "4"));
        Assert.StartsWith("error: service: echo: no answer within 1 s", console.Run("service call echo 3 --timeout 1"), StringComparison.Ordinal);
        string process = console.Run("service list").Split('\n')[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
        Assert.Equal("", console.Run($"kill {process}"));
        Assert.Equal("generation 4: 4 1 0 0 0 0 0 0 0\n", Call(console, "4"));

        Assert.Contains("asked to break", console.Run("dmesg"), StringComparison.Ordinal);
        Assert.Equal("", console.Run("service stop echo"));
        Assert.StartsWith("error: service: there is no service 'echo'", console.Run("service call echo 1"), StringComparison.Ordinal);
        Assert.Contains("\"memory\" is unknown", console.Run("service load /host/bad.json"), StringComparison.Ordinal);
    }

    /// <summary>
    /// Calls again until the restart has happened, which takes as long as the manifest's back-off. For a moment the name may still lead to the
    /// generation that has just ended.
    /// </summary>
    private static string Call(GuestConsole console, string label)
    {
        while (true)
        {
            string answer = console.Run($"service call echo {label}");
            if (!answer.StartsWith("error: service: ", StringComparison.Ordinal))
                return answer;
        }
    }
}
