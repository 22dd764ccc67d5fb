using System.Text;
using MicroLake.Shell;

namespace MicroLake.HostTests.Shell;

/// <summary>A shell with all its commands over a fake machine, and a folder for files.</summary>
public abstract class ShellFixture : IDisposable
{
    private protected ShellFixture()
    {
        CommandSet commands = new();
        GeneratedCommands.AddTo(commands);
        Shell = new LakeShell(commands, new ShellServices().Add<ISystemInformation>(Machine).Add(Benchmarks));
    }

    internal FakeSystem Machine { get; } = new();

    internal BenchmarkSet Benchmarks { get; } = new();

    internal LakeShell Shell { get; }

    internal string Folder { get; } = Directory.CreateTempSubdirectory("shell").FullName;

    public void Dispose()
    {
        Directory.Delete(Folder, true);
        GC.SuppressFinalize(this);
    }

    internal (int Status, string Output) Run(string script)
    {
        using MemoryStream output = new();
        int status = Shell.RunScript(script.Replace("@", Folder), output);
        return (status, Encoding.UTF8.GetString(output.ToArray()).Replace(Folder, "@"));
    }

    /// <summary>Types at a terminal, hangs up, and returns what was on the screen after the greeting.</summary>
    internal string Interact(params string[] keys) => Interact(out _, keys);

    internal string Interact(out FakeTerminal terminal, params string[] keys)
    {
        terminal = new FakeTerminal();
        foreach (string key in keys)
            terminal.Type(key.Replace("@", Folder));
        terminal.HangUp();
        Shell.RunInteractive(terminal);
        string screen = terminal.Screen.Replace(Folder, "@");
        return screen[screen.IndexOf(LakeShell.Prompt, StringComparison.Ordinal)..];
    }
}
