using System.Globalization;
using MicroLake.ConsoleTests.Harness;
using MicroLake.Tool.Workspace;
using Xunit;

namespace MicroLake.ConsoleTests.Boot;

public sealed class DebugTests
{
    [Fact]
    public void A_breakpoint_on_a_line_of_csharp_stops_there_with_its_arguments()
    {
        string[] source = File.ReadAllLines(Repository.PathOf("MicroLake.Kernel/Nucleus/Memory/FrameAllocator.cs"));
        int line = Array.FindIndex(source, text => text.Contains("public bool Initialize(", StringComparison.Ordinal)) + 1;
        ToolRun run = ToolRun.Of("debug", "--accel", "tcg", "--batch",
            "--break", string.Create(CultureInfo.InvariantCulture, $"FrameAllocator.cs:{line}"),
            "--gdb", "continue", "--gdb", "bt 2", "--gdb", "print frameCount");
        Assert.Contains("Breakpoint 1, MicroLake_Nucleus_", run.Output);
        Assert.Contains("FrameAllocator__Initialize", run.Output);
        Assert.Matches(@"\$1 = [1-9]\d{3,}", run.Output);
    }

    [Fact]
    public void A_breakpoint_on_a_line_of_a_program_in_ring_3_stops_there()
    {
        string elf = ImageProject.At("tests/Programs/Probe").Build();
        string[] source = File.ReadAllLines(Repository.PathOf("tests/Programs/Probe/Program.cs"));
        int line = Array.FindIndex(source, text => text.Contains("string.Join('|'", StringComparison.Ordinal)) + 1;
        ToolRun run = ToolRun.Of("debug", "--accel", "tcg", "--batch", "--program", elf, "--share", Path.GetDirectoryName(elf)!,
            "--exec", "run /host/Probe.elf echo x", "--break", string.Create(CultureInfo.InvariantCulture, $"Probe/Program.cs:{line}"),
            "--gdb", "continue", "--gdb", "print (int)$cs & 3");
        Assert.Contains("Breakpoint 1, ", run.Output);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"Program.cs:{line}"), run.Output);
        Assert.Contains("$1 = 3", run.Output);
    }
}
