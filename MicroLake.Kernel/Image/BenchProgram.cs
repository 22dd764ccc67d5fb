using MicroLake.Abi;
using MicroLake.Hosting.Processes;
using MicroLake.Services.Programs;

namespace MicroLake.Kernel;

/// <summary>A program that is measured in ring 3, where <c>./build.sh bench</c> has brought it.</summary>
internal sealed class BenchProgram(string name)
{
    /// <summary>Measures kernel calls and messages (tests/Programs/MessageBench).</summary>
    public static readonly BenchProgram Messages = new("message-bench");

    /// <summary>Writes two lines (samples/HelloProcess).</summary>
    public static readonly BenchProgram Hello = new("hello-process");

    private ElfProgram? _program;

    private string File => $"/host/{name}.elf";

    public bool IsThere => System.IO.File.Exists(File);

    /// <summary>Starts it in a process of its own.</summary>
    public RunningProgram Start(IReadOnlyList<string> arguments, ProcessConsole? console, params IReadOnlyList<StartHandle> handles) =>
        Start(arguments, console, 16 << 20, handles);

    /// <summary>The same with so many bytes of memory.</summary>
    public RunningProgram Start(IReadOnlyList<string> arguments, ProcessConsole? console, long memory, params IReadOnlyList<StartHandle> handles) =>
        Start(arguments, console, new ProcessLimits { MemoryPages = (ulong)memory >> 12 }, handles);

    /// <summary>The same with what limits say of memory and time.</summary>
    public RunningProgram Start(IReadOnlyList<string> arguments, ProcessConsole? console, ProcessLimits limits, params IReadOnlyList<StartHandle> handles)
    {
        _program ??= ElfProgram.Read(System.IO.File.ReadAllBytes(File));
        limits.Threads = 8;
        limits.Handles = 64;
        limits.HighestPriority = 32;
        return RunningProgram.Start(_program, name, [name, .. arguments], limits, console, handles);
    }
}
