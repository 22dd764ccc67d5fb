using System.Buffers.Binary;
using MicroLake.ConsoleTests.Harness;
using MicroLake.Tool.Workspace;
using Xunit;

namespace MicroLake.ConsoleTests.Programs;

/// <summary>Programs as a user starts and ends them: <c>run</c> and <c>kill</c>.</summary>
public sealed class ProgramTests : IDisposable
{
    private static readonly Lazy<string> s_hello = new(() => ImageProject.At("samples/HelloProcess").Build());
    private static readonly Lazy<string> s_probe = new(() => ImageProject.At("tests/Programs/Probe").Build());

    private readonly string _folder = Directory.CreateTempSubdirectory("microlake-programs").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_sample_is_one_file_and_a_project_of_under_ten_lines()
    {
        string folder = Repository.PathOf("samples/HelloProcess");
        Assert.Single(Directory.GetFiles(folder, "*.cs"));
        Assert.True(File.ReadAllLines(Path.Combine(folder, "HelloProcess.csproj")).Length < 10);
    }

    [Fact]
    public void A_program_of_the_shared_folder_runs_and_prints()
    {
        File.Copy(s_hello.Value, Path.Combine(_folder, "hello.elf"));
        ToolRun run = ToolRun.Of("run", "--share", _folder, "--exec", "run /host/hello.elf dear reader; run /host/hello.elf --not an-option");
        string[] lines = run.Output.Split('\n');
        Assert.Equal("Hello from a process, dear reader!", lines[0]);
        Assert.Equal("Hello from a process, --not an-option!", lines[2]);
        Assert.Equal(0, run.Status);
    }

    [Fact]
    public void The_status_of_a_program_is_the_status_of_the_run()
    {
        File.Copy(s_probe.Value, Path.Combine(_folder, "probe.elf"));
        ToolRun run = ToolRun.Of("run", "--share", _folder, "--exec", "run /host/probe.elf exit 7; echo never");
        Assert.Equal("error: run: probe.elf ended with status 7\n", run.Output);
        Assert.Equal(7, run.Status);
    }

    [Fact]
    public void What_is_no_program_is_refused_in_one_line()
    {
        File.WriteAllText(Path.Combine(_folder, "text"), "not a program, whatever its name");
        ToolRun run = ToolRun.Of("run", "--share", _folder, "--exec", "run /host/text");
        Assert.StartsWith("error: run: text: this is not an ELF file", run.Output, StringComparison.Ordinal);
        Assert.Equal(1, run.Output.Count(c => c == '\n'));
        Assert.Equal(1, run.Status);
    }

    [Fact]
    public void A_program_that_is_too_large_for_the_machine_is_refused_in_one_line()
    {
        // ELF64: a header, and a segment of one byte of code that wants 255 MiB.
        byte[] file = new byte[121];
        byte[] identity = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1];
        identity.CopyTo(file, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(16), 3);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(18), 62);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(32), 64);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(54), 56);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(56), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(64), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(68), 5);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(72), 120);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(96), 1);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(104), 255 << 20);
        File.WriteAllBytes(Path.Combine(_folder, "large.elf"), file);
        ToolRun run = ToolRun.Of("run", "--mem", "256", "--share", _folder, "--exec", "run /host/large.elf");
        Assert.Equal("error: run: memory for the process cannot be had: there is not enough memory, see mem and ps for what uses the machine\n", run.Output);
    }

    [Fact]
    public void Control_C_ends_a_program_and_the_shell_goes_on()
    {
        File.Copy(s_probe.Value, Path.Combine(_folder, "probe.elf"));
        using GuestConsole console = GuestConsole.AtPrompt(Product.Machine, _folder);
        foreach (string what in (string[])["spin", "sleep"])
        {
            int mark = console.Position;
            console.Send($"run /host/probe.elf {what}" + Keys.Enter);
            console.WaitForText("ing", mark + what.Length + 22);
            console.Send("\u0003");
            console.WaitForText("error: run: probe.elf was killed", mark);
            console.WaitForText(GuestConsole.Prompt, mark);
        }

        Assert.Equal("error: kill: there is no process 4000000, see ps\n", console.Run("kill 4000000"));
        Assert.StartsWith("error: kill: 'x' is not a process", console.Run("kill 4000000 x"), StringComparison.Ordinal);
        Assert.StartsWith("error: kill: 'x' is not a process", console.Run("kill x"), StringComparison.Ordinal);
    }
}
