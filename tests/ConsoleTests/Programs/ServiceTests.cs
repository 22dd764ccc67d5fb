using MicroLake.ConsoleTests.Harness;
using MicroLake.MLaaS.Packages;
using MicroLake.Tool.Modules;
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
        File.WriteAllText(Path.Combine(_folder, "second.json"), """{ "name": "echo", "program": "echo.elf", "arguments": ["500"], "memory_mib": 32 }""");
        File.WriteAllText(Path.Combine(_folder, "broken.json"), """{ "name": "echo", "program": "echo.elf", "arguments": ["refuse"], "memory_mib": 32 }""");
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

    [Fact]
    public void A_module_that_is_a_service_is_loaded_replaced_and_unloaded()
    {
        Pack("1.0.0", "");
        Pack("2.0.0", """ "arguments": ["500"], """);
        Pack("3.0.0", """ "arguments": ["refuse"], """);
        using GuestConsole console = GuestConsole.AtPrompt(Product.Machine, _folder);
        Assert.StartsWith("error: echo is not signed", console.Run("mlaas load /host/echo-1.0.0.mlm"), StringComparison.Ordinal);
        Assert.StartsWith("echo 1.0.0: service, generation 1, process ", console.Run("mlaas load /host/echo-1.0.0.mlm --allow-unsigned"), StringComparison.Ordinal);
        Assert.Equal("generation 1: 4 1 0 0 0 0 0 0 0\n", console.Run("service call echo 4"));
        Assert.StartsWith("error: echo 1.0.0 is loaded already", console.Run("mlaas load /host/echo-1.0.0.mlm --allow-unsigned"), StringComparison.Ordinal);
        Assert.StartsWith("error: echo is a service, which decides nothing", console.Run("mlaas activate echo"), StringComparison.Ordinal);

        // A version that does not start changes nothing; a newer one that does takes the place.
        Assert.Contains("the old one goes on", console.Run("mlaas load /host/echo-3.0.0.mlm --allow-unsigned"), StringComparison.Ordinal);
        Assert.Equal("generation 1: 4 2 0 0 0 0 0 0 0\n", console.Run("service call echo 4"));
        Assert.StartsWith("echo 2.0.0: service, generation 2, process ", console.Run("mlaas load /host/echo-2.0.0.mlm --allow-unsigned"), StringComparison.Ordinal);
        Assert.Equal("generation 2: 4 501 0 0 0 0 0 0 0\n", console.Run("service call echo 4"));
        Assert.Matches(@"echo +2\.0\.0 +- +running", console.Run("mlaas list"));

        Assert.Equal("", console.Run("mlaas unload echo"));
        Assert.StartsWith("error: service: there is no service 'echo'", console.Run("service call echo 1"), StringComparison.Ordinal);
        Assert.StartsWith("No module is loaded", console.Run("mlaas list"), StringComparison.Ordinal);
    }

    private void Pack(string version, string service)
    {
        string parts = Directory.CreateDirectory(Path.Combine(_folder, version)).FullName;
        File.Copy(s_echo.Value, Path.Combine(parts, ModulePart.Service));
        File.WriteAllText(Path.Combine(parts, ModulePart.ServiceManifest), $$"""{ "name": "echo", "program": "service.elf", {{service}} "memory_mib": 32 }""");
        File.WriteAllText(Path.Combine(parts, ModulePart.Manifest), $$"""{ "name": "echo", "version": "{{version}}" }""");
        File.WriteAllBytes(Path.Combine(_folder, $"echo-{version}.mlm"), ModulePackage.Pack(parts, secretKey: null));
    }

    [Fact]
    public void A_service_is_replaced_and_found_by_programs_that_may_look_it_up()
    {
        using GuestConsole console = GuestConsole.AtPrompt(Product.Machine, _folder);
        Assert.StartsWith("error: service: second.json: there is no service \"echo\" to replace", console.Run("service replace echo /host/second.json"), StringComparison.Ordinal);
        Assert.StartsWith("echo: generation 1, process ", console.Run("service load /host/echo.json"), StringComparison.Ordinal);
        Assert.Equal("generation 1: 4 1 0 0 0 0 0 0 0\n", console.Run("service call echo 4"));
        Assert.StartsWith("error: service: broken.json: the new program ended with status 9 before it was ready; the old one goes on",
            console.Run("service replace echo /host/broken.json"), StringComparison.Ordinal);
        Assert.Equal("generation 1: 4 2 0 0 0 0 0 0 0\n", console.Run("service call echo 4"));
        Assert.StartsWith("echo: generation 2, process ", console.Run("service replace echo /host/second.json"), StringComparison.Ordinal);
        Assert.Equal("generation 2: 4 501 0 0 0 0 0 0 0\n", console.Run("service call echo 4"));

        Assert.Equal("echo has had 502 calls\n", console.Run("run --lookup echo /host/echo.elf ask echo"));
        Assert.Equal("echo has had 503 calls\n", console.Run("run --grant echo --lookup 'e*' /host/echo.elf ask echo"));
        Assert.Contains("the client may not do this", console.Run("run --lookup other /host/echo.elf ask echo"), StringComparison.Ordinal);
        Assert.Contains("there is no such thing", console.Run("run --lookup '*' /host/echo.elf ask other"), StringComparison.Ordinal);
        Assert.StartsWith("error: run: \"other\" cannot be granted", console.Run("run --grant other /host/echo.elf ask echo"), StringComparison.Ordinal);

        string process = console.Run("service list").Split('\n').Single(l => l.StartsWith("echo ", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
        string processes = console.Run("ps");
        Assert.StartsWith("process  name", processes, StringComparison.Ordinal);
        Assert.Contains($"{process}  echo ", processes, StringComparison.Ordinal);
        Assert.Equal("", console.Run("service stop echo"));
        Assert.DoesNotContain(process, console.Run("ps"), StringComparison.Ordinal);
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
