using MicroLake.ConsoleTests.Harness;
using MicroLake.Tool.Workspace;
using Xunit;

namespace MicroLake.ConsoleTests.Models;

/// <summary>A policy in C decides which of the requests that wait for the disk goes next.</summary>
public sealed class RequestModuleTests : IDisposable
{
    private const string Copier = """
        { "name": "copier", "program": "/host/probe.elf", "arguments": ["transfer", "/data/copied", "1000000"], "files": true, "restart": "never", "tenant": "acme" }
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("microlake-requests-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_policy_orders_reads_and_a_write_back()
    {
        string disk = Path.Combine(_folder.FullName, "disk.img");
        Assert.Equal(0, ToolRun.Of("disk", "create", disk, "--size", "32M").Status);
        string share = _folder.CreateSubdirectory("share").FullName;
        ToolRun pack = ToolRun.Of("module", "pack", Repository.PathOf("samples/policies/submit-shortest.c"), "-o", Path.Combine(share, "submit.mlm"));
        Assert.True(pack.Status == 0, pack.Error);
        File.Copy(ImageProject.At("tests/Programs/Probe").Build(), Path.Combine(share, "probe.elf"));
        File.WriteAllText(Path.Combine(share, "copier.json"), Copier);
        using GuestConsole console = GuestConsole.AtPrompt(Product.Machine with { Disks = [disk] }, share);

        Assert.Contains("policy verified, ", console.Run("mlaas load /host/submit.mlm --allow-unsigned"), StringComparison.Ordinal);
        Assert.Equal("", console.Run("mlaas shadow submit-shortest"));
        Assert.Equal("", console.Run("mlaas activate submit-shortest"));
        Assert.DoesNotContain("error:", console.Run("bench file.disk.read_4k_under_write_back"), StringComparison.Ordinal);
        Assert.Matches(@"io\.submit\s+submit-shortest\s+active\s+\d+\s+[1-9]", console.Run("mlaas hooks"));
        Assert.Matches(@"waited_ns\s+passed\s+waiting\n\s*\d+\s+1\.0\.0", console.Run("mlaas why io.submit"));
        // Writing back is nobody's, and the reader is the kernel.
        Assert.Equal("", console.Run("mlaas activate submit-shortest --tenant acme"));
        Assert.DoesNotContain("error:", console.Run("bench file.disk.read_4k_under_write_back"), StringComparison.Ordinal);
        Assert.Matches(@"io\.submit\s+submit-shortest\s+active\s+0\s+0\s+0\s.*tenant acme", console.Run("mlaas hooks"));
        // Reads of a process wait between two requests of a write-back.
        Assert.Contains("generation 1", console.Run("service load /host/copier.json"), StringComparison.Ordinal);
        Assert.DoesNotContain("error:", console.Run("bench file.disk.read_4k_under_write_back"), StringComparison.Ordinal);
        Assert.Matches(@"io\.submit\s+submit-shortest\s+active\s+\d+\s+[1-9].*tenant acme", console.Run("mlaas hooks"));
        Assert.Equal("", console.Run("service stop copier"));
        Assert.Equal("", console.Run("mlaas unload submit-shortest"));
        console.Send("poweroff" + Keys.Enter);
        Assert.Equal(0, console.WaitForExit());
    }
}
