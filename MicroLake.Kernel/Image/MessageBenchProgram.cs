using MicroLake.Abi;
using MicroLake.Hosting.Processes;
using MicroLake.Services.Programs;

namespace MicroLake.Kernel;

/// <summary>The program that is measured in ring 3 (tests/Programs/MessageBench), where <c>./build.sh bench</c> has brought it.</summary>
internal static class MessageBenchProgram
{
    private const string Path = "/host/message-bench.elf";

    private static readonly Lazy<ElfProgram> s_program = new(() => ElfProgram.Read(File.ReadAllBytes(Path)));

    public static bool IsThere => File.Exists(Path);

    /// <summary>Starts it in a process of its own; its first argument says what it does.</summary>
    public static RunningProgram Start(string mode, ProcessConsole? console, params IReadOnlyList<StartHandle> handles)
    {
        var limits = new ProcessLimits { MemoryPages = 16 << 20 >> 12, Threads = 8, Handles = 64, HighestPriority = 32 };
        return RunningProgram.Start(s_program.Value, "message-bench", ["message-bench", mode], limits, console, handles);
    }
}
